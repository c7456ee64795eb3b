import { StepError } from '../../../engine/step/errors.ts'

/** Makes the error for input that can never become, or is not, a proper X.509 structure. Message form: style guide, "Errors". */
export function invalid(message: string, hint?: string): StepError {
  return new StepError('invalid', message, hint === undefined ? {} : { hint })
}
