import { stat } from 'node:fs/promises'
import * as transport from '../transport/run-program.ts'
import type { CommandResult } from './capabilities.ts'
import { StepError } from './errors.ts'
import { systemError } from './system-error.ts'

export type { ProgramPlace } from '../transport/run-program.ts'

/**
 * Runs a program of this machine as `engine/transport` does, and says in the words of the taxonomy what went wrong.
 *
 * @throws {StepError} `not-found`, `denied`, `invalid` when it could not start; `cancelled` when its end was asked for
 */
export async function runProgram(
  argv: readonly [string, ...string[]],
  place: transport.ProgramPlace,
): Promise<CommandResult> {
  const [program] = argv
  await checkFolder(place.folder)
  if (place.signal.aborted) throw new StepError('cancelled', `stopped on request before \`${program}\` began`)
  try {
    const { stopped, ...result } = await transport.runProgram(argv, place)
    if (!stopped) return result
  } catch (error) {
    throw systemError(error, `program \`${program}\` could not be started`, 'install it, or name it by its whole path')
  }
  throw new StepError('cancelled', `\`${program}\` was ended on request`, { outcomeUnknown: true })
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
