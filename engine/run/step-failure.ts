import { BindingError } from '../environment/open-bindings.ts'
import { JournalError } from '../journal/journal-error.ts'
import { type ErrorCode, StepError } from '../step/errors.ts'
import type { JsonObject } from '../step/json.ts'
import type { RunHost } from './host.ts'
import type { StepName } from './person-request.ts'
import type { GaveUp } from './records.ts'
import { FailedInDoubt, Interrupted, NeedsPerson, StepFailed } from './run-stop.ts'

/** Any thrown thing as the closed taxonomy has it; what is not thrown on purpose is a `bug` and keeps its stack as cause. */
export function stepErrorOf(error: unknown): StepError {
  if (StepError.is(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new StepError('bug', message, {
    cause: error,
    hint: 'report it; the journal is safe and the run can be resumed',
  })
}

/**
 * How a step's error ends the run: a person is needed, or the step failed. Emits `step-failed`.
 *
 * @param expected codes that the runbook itself says how to go on behind: no person is needed for them
 * @returns what to throw
 */
export function failureOf(host: RunHost, step: StepName, thrown: unknown, expected: readonly ErrorCode[] = []): Error {
  // a journal that cannot be written stops everything: nothing that happens after it could be recorded
  if (thrown instanceof Interrupted || thrown instanceof JournalError) return thrown
  // none of the step's failures: the run pauses, as it does where a binding cannot be opened before the first step
  if (thrown instanceof BindingError) {
    const { code, hint } = thrown.error
    host.emit({ type: 'step-failed', step, code, message: thrown.message, ...hintOf(hint) })
    return thrown
  }
  if (thrown instanceof NeedsPerson) {
    if (thrown.reason === 'conflict' || thrown.reason === 'refused' || thrown.reason === 'authentication')
      host.emit({ type: 'step-failed', step, code: 'conflict', message: thrown.message, ...hintOf(thrown.hint) })
    return thrown.step === undefined
      ? new NeedsPerson(thrown.reason, thrown.message, { step, hint: thrown.hint, cause: thrown })
      : thrown
  }
  const inDoubt = thrown instanceof FailedInDoubt
  const error = stepErrorOf(inDoubt ? thrown.error : thrown)
  if (error.code === 'cancelled') return new Interrupted()
  host.emit({ type: 'step-failed', step, code: error.code, message: error.message, ...hintOf(error.hint) })
  const isExpected = !inDoubt && expected.includes(error.code)
  if ((error.code === 'conflict' || error.code === 'authentication') && !isExpected)
    return new NeedsPerson(error.code, error.message, { step, hint: error.hint, cause: error })
  return new StepFailed(step, error, inDoubt)
}

/** What is journaled of a failure that the run does not pause at. */
export function gaveUpWith({ error: { code, message, hint } }: StepFailed): GaveUp & JsonObject {
  return { code, message, hint: hint ?? null }
}

/** A failure as it was journaled. */
export function storedFailure(step: StepName, { code, message, hint }: GaveUp): StepFailed {
  return new StepFailed(step, new StepError(code, message, hint === null ? {} : { hint }))
}

function hintOf(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint }
}
