import type { StepError } from '../step/errors.ts'
import type { StepName } from './person-request.ts'

/** Why a run stands still although nothing is broken: only a person can let it go on. */
export type NeededFor =
  | 'approval'
  | 'confirmation'
  | 'conflict' // something else has that identity
  | 'refused' // it is there already, and the step or the runbook does not take what it did not make
  | 'in-doubt' // begun, outcome unknown
  | 'authentication' // a credential was refused
  | 'window' // outside a maintenance window, inside a freeze, or too little time left
  | 'manual' // a person has to do something, and say so
  | 'handed-over' // another state folder goes on with it
  | 'stale-plan'
  | 'changed' // runbook, tool or target is not what the run began with
  | 'locked'
  | 'sandbox' // the sandbox of this environment does not answer

/** A run stops until a person did something. Exit code 4. */
export class NeedsPerson extends Error {
  readonly reason: NeededFor
  readonly step: StepName | undefined
  readonly hint: string | undefined

  constructor(
    reason: NeededFor,
    message: string,
    details: { readonly step?: StepName; readonly hint?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'NeedsPerson'
    this.reason = reason
    this.step = details.step
    this.hint = details.hint
  }
}

/** A step failed and was not, or no more, to be retried. Exit code 1. */
export class StepFailed extends Error {
  readonly step: StepName
  readonly error: StepError
  /** True: whether it was done is not known yet, so nothing goes past it; resuming looks again. */
  readonly inDoubt: boolean

  constructor(step: StepName, error: StepError, inDoubt = false) {
    super(error.message, { cause: error })
    this.name = 'StepFailed'
    this.step = step
    this.error = error
    this.inDoubt = inDoubt
  }
}

/** A step failed while whether it was done, by an earlier request, is not known. */
export class FailedInDoubt extends Error {
  readonly error: StepError

  constructor(error: StepError) {
    super(error.message, { cause: error })
    this.name = 'FailedInDoubt'
    this.error = error
  }
}

/** The block around has failed for good, and this was not begun. */
export class NotBegun extends Error {
  constructor() {
    super('not begun')
    this.name = 'NotBegun'
  }
}

/** A step with `onFailure: undo` failed: what the run made is to be taken back. */
export class UndoWanted extends Error {
  readonly failure: StepFailed

  constructor(failure: StepFailed) {
    super(failure.message, { cause: failure })
    this.name = 'UndoWanted'
    this.failure = failure
  }
}

/** The run came to where `--until` lets it pause. */
export class UntilReached extends Error {
  readonly step: StepName

  constructor(step: StepName) {
    super(`paused behind ${step.number} ${step.id}`)
    this.name = 'UntilReached'
    this.step = step
  }
}

/** The operator asked to stop, and this is a safe point. Exit code 130. */
export class Interrupted extends Error {
  constructor() {
    super('stopped on request')
    this.name = 'Interrupted'
  }
}
