import { StepError } from '../../engine/step/errors.ts'

/** For steps that compute and wait for nothing. @throws {StepError} `cancelled` */
export function requireRunning(signal: AbortSignal): void {
  if (signal.aborted) throw new StepError('cancelled', 'the step was cancelled')
}
