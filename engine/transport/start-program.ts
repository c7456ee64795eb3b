import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { forgetGroup, signalGroup, watchGroup } from './process-groups.ts'

/** A program that is talked to while it runs. */
export interface StartedProgram {
  readonly pid: number
  /** Writes to its stdin; what it no longer reads is dropped, as its end is told by {@link ended}. */
  write(text: string): void
  /** Ends its stdin. */
  endInput(): void
  /** Called with what it writes, UTF-8, from now on. */
  onOutput(listener: (text: string, stream: 'stdout' | 'stderr') => void): void
  /** Resolves when it is over and its output was read; never rejects. */
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>
  /** Ends its group at once. */
  kill(): void
}

export interface StartPlace {
  /** Where it starts. Absolute. */
  readonly folder: string
  /** All that it gets: nothing of this process's environment is added. */
  readonly environment: Readonly<Record<string, string>>
}

/** How much of stderr is kept, and of its end. */
const keptBytes = 16 * 1024

/**
 * Starts a program of this machine without a shell, in a process group of its own, to be talked to by stdin and stdout. The group
 * ends with this process, but for SIGKILL: then it sees the end of its stdin.
 *
 * @throws Node's system error when it could not start
 */
export async function startProgram(
  [program, ...args]: readonly [string, ...string[]],
  { folder: cwd, environment: env }: StartPlace,
): Promise<StartedProgram> {
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`\`${program}\` was started and has no process id`)
  watchGroup(pid)
  child.on('error', () => undefined) // a signal that came too late
  child.stdin.on('error', () => undefined) // it ended: `ended` tells
  child.stdout.setEncoding('utf8')
  let stderr = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => (stderr = (stderr + text).slice(-keptBytes)))
  const ended = new Promise<{ exitCode: number; stderr: string }>((resolve) => {
    child.once('close', (code, signal) => {
      forgetGroup(pid)
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), stderr })
    })
  })
  return {
    pid,
    write: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    onOutput(listener) {
      child.stdout.on('data', (text: string) => listener(text, 'stdout'))
      child.stderr.on('data', (text: string) => listener(text, 'stderr'))
    },
    ended,
    kill: () => void signalGroup(pid, 'SIGKILL'),
  }
}
