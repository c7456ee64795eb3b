import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { CollectedText } from './collected-text.ts'
import { forgetGroup, groupLives, signalGroup, watchGroup } from './process-groups.ts'

export interface ProgramPlace {
  /** Where it starts. Absolute. */
  readonly folder: string
  /** All that it gets: nothing of this process's environment is added. */
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Milliseconds between asking the group to end and ending it. */
  readonly graceMs?: number
  /** How much of each stream is kept, and of which end. The first MiB unless said. */
  readonly keep?: { readonly bytes: number; readonly end: 'first' | 'last' }
  /**
   * True: descriptor 3 is a pipe on which nothing is ever written and that ends when this process does, also by SIGKILL. For a
   * program that watches it.
   */
  readonly lifeline?: boolean
}

/** How a program ended. */
export interface ProgramEnd {
  /** 128 and the signal's number when a signal ended it, as in shells. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly truncated: boolean
  /** True when its end was asked for: then its group is over too. */
  readonly stopped: boolean
}

const firstMebibyte = { bytes: 1024 * 1024, end: 'first' } as const
const standardGraceMs = 5_000
/** How often a group whose leader is gone is looked for: nothing tells when its last process ends. */
const lookEveryMs = 20

/**
 * Runs a program of this machine without a shell, in a process group of its own, with nothing to read on stdin.
 *
 * An aborted signal ends the whole group: SIGTERM, then SIGKILL for who does not end in time. The group ends with this process too, but
 * for SIGKILL: then it goes on, unless it watches its lifeline. Who leaves the group is not reached.
 *
 * @throws Node's system error when it could not start
 */
export function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  place: ProgramPlace,
): Promise<ProgramEnd> {
  const { folder: cwd, environment: env, signal: abort, graceMs = standardGraceMs, keep = firstMebibyte } = place
  return new Promise((resolve, reject) => {
    const streams = ['ignore', 'pipe', 'pipe'] as const
    const stdio = place.lifeline === true ? [...streams, 'pipe' as const] : [...streams]
    const child: ChildProcess = spawn(program, args, { cwd, env, detached: true, stdio })
    if (child.pid !== undefined) watchGroup(child.pid)
    const stdout = new CollectedText(keep.bytes, keep.end)
    const stderr = new CollectedText(keep.bytes, keep.end)
    child.stdout?.on('data', (chunk: Buffer) => stdout.add(chunk))
    child.stderr?.on('data', (chunk: Buffer) => stderr.add(chunk))
    const lifeline = child.stdio[3]
    lifeline?.on('error', () => undefined) // it only has to end
    const stopping = stopOn(abort, child, graceMs)
    child.once('error', (error) => {
      stopping.over()
      reject(error)
    })
    child.once('close', (code, ended) => {
      lifeline?.destroy()
      stopping.whenOver((stopped) => {
        resolve({
          exitCode: code ?? 128 + (ended === null ? 0 : constants.signals[ended]),
          stdout: stdout.text,
          stderr: stderr.text,
          truncated: stdout.truncated || stderr.truncated,
          stopped,
        })
      })
    })
  })
}

/** Ends the child's group when the signal is aborted. */
function stopOn(abort: AbortSignal, child: ChildProcess, graceMs: number) {
  const leader = child.pid
  let state: 'running' | 'asked' | 'forced' = 'running'
  let grace: NodeJS.Timeout | undefined
  const end = (): void => {
    if (leader === undefined) return
    state = 'asked'
    signalGroup(leader, 'SIGTERM')
    grace = setTimeout(() => {
      state = 'forced'
      signalGroup(leader, 'SIGKILL')
      // who left the group may still hold the pipes
      child.stdout?.destroy()
      child.stderr?.destroy()
    }, graceMs)
  }
  const over = (): void => {
    clearTimeout(grace)
    abort.removeEventListener('abort', end)
    if (leader !== undefined) forgetGroup(leader)
  }
  abort.addEventListener('abort', end, { once: true })
  return {
    over,
    /** Called when the leader is gone. Others of a group that was asked to end may take the rest of their time. */
    whenOver(then: (stopped: boolean) => void): void {
      const look = (): void => {
        if (state === 'asked' && leader !== undefined && groupLives(leader)) return void setTimeout(look, lookEveryMs)
        over()
        then(state !== 'running')
      }
      look()
    },
  }
}
