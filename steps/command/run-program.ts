import { spawn, type ChildProcess } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { constants } from 'node:os'
import type { CommandResult } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import { CollectedText } from './collected-text.ts'
import { systemError } from './system-error.ts'

export interface ProgramPlace {
  /** Where it starts. Absolute. */
  readonly folder: string
  /** All that it gets: nothing of this process's environment is added. */
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Milliseconds between asking the group to end and ending it. */
  readonly graceMs?: number
}

/** How much of each stream is kept. */
const limitBytes = 1024 * 1024
const standardGraceMs = 5_000

/**
 * Runs a program of this machine without a shell, in a process group of its own, with nothing to read on stdin.
 *
 * An aborted signal ends the whole group. A program that a signal ended has exit code 128 and the signal's number, as in shells.
 *
 * @throws {StepError} `not-found`, `denied`, `invalid` when it could not start; `cancelled` when its end was asked for
 */
export async function runProgram(argv: readonly [string, ...string[]], place: ProgramPlace): Promise<CommandResult> {
  const [program] = argv
  await checkFolder(place.folder)
  if (place.signal.aborted) throw new StepError('cancelled', `stopped on request before \`${program}\` began`)
  try {
    return await spawned(argv, place)
  } catch (error) {
    throw systemError(error, `program \`${program}\` could not be started`, 'install it, or name it by its whole path')
  }
}

function spawned([program, ...args]: readonly [string, ...string[]], place: ProgramPlace): Promise<CommandResult> {
  const { folder: cwd, environment: env, signal: abort, graceMs = standardGraceMs } = place
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const stdout = new CollectedText(limitBytes)
    const stderr = new CollectedText(limitBytes)
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
    let timer: NodeJS.Timeout | undefined
    const end = (): void => {
      killGroup(child, 'SIGTERM')
      timer = setTimeout(() => {
        killGroup(child, 'SIGKILL')
        // who left the group may still hold the pipes
        child.stdout.destroy()
        child.stderr.destroy()
      }, graceMs)
    }
    const rest = (): void => {
      clearTimeout(timer)
      abort.removeEventListener('abort', end)
    }
    abort.addEventListener('abort', end, { once: true })
    child.once('error', (error) => {
      rest()
      reject(error)
    })
    child.once('close', (code, ended) => {
      rest()
      if (abort.aborted)
        reject(new StepError('cancelled', `\`${program}\` was ended on request`, { outcomeUnknown: true }))
      else
        resolve({
          exitCode: code ?? 128 + (ended === null ? 0 : constants.signals[ended]),
          stdout: stdout.text,
          stderr: stderr.text,
          truncated: stdout.truncated || stderr.truncated,
        })
    })
  })
}

/** Called while the child's end was not seen yet, so the number still is its group's. */
function killGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** A missing folder would look like a missing program. */
async function checkFolder(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return
  } catch (error) {
    throw systemError(error, `folder \`${path}\`, where programs start, cannot be used`)
  }
  throw new StepError('invalid', `\`${path}\`, where programs start, is no folder`)
}
