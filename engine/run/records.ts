import type { ErrorCode } from '../step/errors.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { Outcome } from './events.ts'

/**
 * Keys and shapes of what a journal holds. Adding a member is compatible; changing the meaning of one raises the journal
 * format. The journal is the only state of a run: everything else is a fold over these.
 */
export interface RunBegun {
  readonly run: string
  readonly runbook: {
    readonly name: string
    readonly version: string
    readonly title: string
    readonly path: string
    readonly sha256: string
  }
  readonly environment: { readonly name: string; readonly kind: string; readonly path: string; readonly sha256: string }
  readonly inputs: JsonObject
  /** Version of runbook (this program). */
  readonly tool: string
  /** SHA-256 over its files, hex. */
  readonly toolSha256: string
  /** Step type name to version. */
  readonly stepTypes: { readonly [name: string]: number }
  /** Binding name to what it claims to be. */
  readonly targets: { readonly [binding: string]: string }
  /** The plan that was applied, when one was. */
  readonly plan: string | null
  readonly steps: readonly {
    readonly id: string
    readonly number: string
    readonly title: string
    readonly uses: string
  }[]
}

/** One process that worked on the run: who, where, and what the targets turned out to be. */
export interface ProcessBegan {
  readonly pid: number
  readonly host: string
  readonly user: string
  readonly runtime: string
  readonly environmentSha256: string
  readonly targets: { readonly [binding: string]: { readonly [fact: string]: string } }
}

export interface StepStarted {
  readonly inputs: JsonObject
  readonly effectId: string
  /** Milliseconds since the epoch on the run's clock. */
  readonly startedAt: number
  /** What was there before, for undo; null when nothing was. */
  readonly before: Json
}

export interface StepSucceeded {
  readonly outputs: JsonObject
  readonly how: Outcome
}

export interface AttemptFailed {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | null
  /** True when the request may have arrived although no answer came. */
  readonly outcomeUnknown: boolean
  /** True when it is sure that up to here nothing of this step was ever done. */
  readonly untouched: boolean
  /** Milliseconds since the epoch on the run's clock. */
  readonly at: number
  readonly facts: JsonObject
}

export interface ApprovalRequested {
  readonly role: string
  readonly count: number
  readonly head: string
  readonly text: string
  readonly digest: string
}

export interface RunEnded {
  readonly outputs: JsonObject
}

/** The run stopped before anything was started: there is nothing to resume. */
export interface RunClosed {
  readonly because: string
}

/** The journal's keys. */
export const keys = {
  begun: 'run/begun',
  process: (n: number) => `process/${n}`,
  requested: (step: string, n: number) => `step/${step}/approval/${n}/requested`,
  approved: (step: string, n: number) => `step/${step}/approval/${n}/given`,
  confirmed: (step: string) => `step/${step}/confirmed`,
  started: (step: string) => `step/${step}/started`,
  answered: (step: string, n: number) => `step/${step}/answered/${n}`,
  /** Sent again behind a try that surely did nothing; what happened to this one is not known until it is recorded. */
  again: (step: string, n: number) => `step/${step}/again/${n}`,
  failed: (step: string, n: number) => `step/${step}/failed/${n}`,
  succeeded: (step: string) => `step/${step}/succeeded`,
  ended: 'run/ended',
  closed: 'run/closed',
} as const
