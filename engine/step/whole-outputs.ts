import { StepError } from './errors.ts'

/**
 * What `undo` was given, for a step type whose `check` never answers `partial`.
 *
 * @throws {StepError} `bug`
 */
export function wholeOutputs<O>(outputs: O | undefined): O {
  if (outputs === undefined)
    throw new StepError('bug', 'half of it is to be taken back, which its `check` never answers')
  return outputs
}
