/**
 * The closed taxonomy of what can go wrong in a step. `retry` in a runbook names these codes, and the engine decides by
 * them alone: message texts are for people.
 *
 * - `transient`: may work if tried again unchanged (connection refused, HTTP 500)
 * - `throttled`: the service asked for fewer requests
 * - `denied`: the caller may not do this
 * - `invalid`: the request can never work as it is
 * - `conflict`: something else has that identity, or changed meanwhile
 * - `not-found`: what the step works on is not there
 * - `in-use`: what the step works on is busy or held by another
 * - `device`: the token or HSM failed
 * - `session`: a login or session was lost
 * - `authentication`: a credential was refused; never tried again by itself
 * - `timeout`: no end within the time allowed
 * - `cancelled`: stopped on request
 * - `bug`: ours
 */
export const errorCodes = [
  'transient',
  'throttled',
  'denied',
  'invalid',
  'conflict',
  'not-found',
  'in-use',
  'device',
  'session',
  'authentication',
  'timeout',
  'cancelled',
  'bug',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface StepErrorDetails {
  /** What to do about it, one imperative clause. */
  readonly hint?: string
  /**
   * True when a request may have reached the other side although no answer came. The engine then looks (`check`)
   * before it sends anything again.
   */
  readonly outcomeUnknown?: boolean
  /** Names the other side gave to the failure, for the journal: service error class, `CKR_` name, request id, exit code. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>
  readonly cause?: unknown
}

const brand = Symbol.for('runbook.StepError')

/** A failure in a run. Everything a step type throws on purpose is one of these; anything else counts as `bug`. */
export class StepError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly outcomeUnknown: boolean
  readonly facts: Readonly<Record<string, string | number | boolean>>

  /** @param message lower case, no full stop, names and values in backquotes, what was wanted and what was found; nothing secret */
  constructor(code: ErrorCode, message: string, details: StepErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'StepError'
    this.code = code
    this.hint = details.hint
    this.outcomeUnknown = details.outcomeUnknown ?? false
    this.facts = details.facts ?? {}
    Object.defineProperty(this, brand, { value: true })
  }

  /** Holds across copies of this library, which `instanceof` does not. */
  static is(value: unknown): value is StepError {
    return value instanceof Error && brand in value
  }
}
