import { StepError } from '../step/errors.ts'

const known = new WeakSet<StepError>()

/** The failure of a call that did not end when it was told to, and is no longer waited for: it may still run. */
export function leftAlone(forMs: number, cause?: unknown): StepError {
  const error = new StepError('timeout', `no answer within ${Math.round(forMs / 1000)} s, and the call does not end`, {
    outcomeUnknown: true,
    hint: 'it ends with this process at the latest: look at the other side, then resume; or give the step a longer `timeout` in a new version',
    cause,
  })
  known.add(error)
  return error
}

/** Whether what failed may still run in this process. */
export function isLeftAlone(error: StepError): boolean {
  return known.has(error)
}
