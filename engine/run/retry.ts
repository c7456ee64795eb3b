import type { RetryPolicy, Step } from '../document/runbook.ts'
import { StepError } from '../step/errors.ts'
import type { Execution } from './execution.ts'
import { isLeftAlone } from './left-alone.ts'
import { nameOf } from './step-name.ts'
import { type AttemptFailed, keys } from './records.ts'
import { stepErrorOf } from './step-failure.ts'

/** What is retried where a runbook says nothing: what a service asks to be tried again. */
const standard: RetryPolicy = { on: ['transient', 'throttled'], times: 6 }

const firstPauseMs = 1_000
const longestPauseMs = 60_000

/** A failure, recorded; and whether the pause behind it is over and it may be tried again. */
export interface FailedAttempt {
  readonly error: StepError
  readonly tryAgain: boolean
}

/**
 * Counts one step's attempts in this process and pauses between them. Requests are counted from the beginning; looks from the last
 * one that worked, since hours of waiting may meet many short failures.
 */
export class Attempts {
  readonly #execution: Execution
  readonly #step: Step
  #applies = 0
  #looks = 0
  #blind: StepError | undefined

  constructor(execution: Execution, step: Step) {
    this.#execution = execution
    this.#step = step
  }

  /** A look worked: the next failure to look is the first one again. */
  looked(): void {
    this.#looks = 0
  }

  /** Looking failed: records it, then pauses, or throws it again when it is not to be retried. */
  async lookFailed(thrown: unknown): Promise<void> {
    const { error, tryAgain } = await this.#failed(stepErrorOf(thrown), this.#looks, false)
    if (!tryAgain) {
      this.#blind = error
      throw error
    }
    this.#looks += 1
  }

  /** Whether it is that no look works which failed a step, and not what was seen. */
  isBlind(error: unknown): error is StepError {
    return error !== undefined && error === this.#blind
  }

  /**
   * A request failed: records it, then pauses when it may be tried again. One that was left alone may still run, and is never
   * tried again in this process. What is not thrown on purpose may come behind the request: its outcome is unknown.
   *
   * @param untouched true when it is sure that before this request nothing of the step was ever done
   */
  async applyFailed(thrown: unknown, untouched: boolean): Promise<FailedAttempt> {
    const failed = await this.#failed(requestErrorOf(thrown), this.#applies, untouched, true)
    this.#applies += 1
    return failed
  }

  /** The pause grows exponentially with full jitter, up to a minute. */
  async #failed(error: StepError, earlier: number, untouched: boolean, isRequest = false): Promise<FailedAttempt> {
    if (error.code === 'cancelled') throw error
    await this.#record(error, untouched && !error.outcomeUnknown)
    if (isRequest && isLeftAlone(error)) return { error, tryAgain: false }
    const policy = this.#step.retry ?? standard
    if (earlier >= policy.times || !policy.on.includes(error.code)) return { error, tryAgain: false }
    const { host } = this.#execution
    const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** earlier)
    const at = host.now() + Math.ceil(host.random() * ceiling)
    const { code, message } = error
    host.emit({
      type: 'step-retrying',
      step: nameOf(this.#step),
      code,
      message,
      attempt: earlier + 2,
      at: new Date(at).toISOString(),
    })
    await host.sleepUntil(at)
    return { error, tryAgain: true }
  }

  async #record(error: StepError, untouched: boolean): Promise<void> {
    const { host } = this.#execution
    let n = 0
    while (host.recall(keys.failed(this.#step.address, n)) !== undefined) n += 1
    const { code, message, outcomeUnknown } = error
    const failure: AttemptFailed = {
      code,
      message,
      hint: error.hint ?? null,
      outcomeUnknown,
      untouched,
      at: host.now(),
      facts: { ...error.facts },
    }
    await host.record(keys.failed(this.#step.address, n), { ...failure })
  }
}

function requestErrorOf(thrown: unknown): StepError {
  const error = stepErrorOf(thrown)
  if (StepError.is(thrown)) return error
  const { code, message, hint, cause } = error
  return new StepError(code, message, { outcomeUnknown: true, cause, ...(hint === undefined ? {} : { hint }) })
}
