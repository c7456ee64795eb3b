import type { ErrorCode } from '../step/errors.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { Outcome } from './events.ts'

export { keys } from './record-keys.ts'

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
  /** Script, as written, to the SHA-256 of its bytes. Absent in journals of the first release. */
  readonly scripts?: { readonly [path: string]: string }
  /** The plan that was applied, when one was. */
  readonly plan: string | null
  readonly steps: readonly {
    readonly id: string
    readonly number: string
    readonly title: string
    readonly uses: string
    /** Id of the block that holds it. */
    readonly parent?: string
  }[]
}

/** One process that worked on the run: who, where, and what the targets turned out to be. */
export interface ProcessBegan {
  readonly pid: number
  readonly host: string
  readonly user: string
  /** Who the environment says that this user is. */
  readonly principal?: string
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

/** `when` is evaluated once. */
export interface WhenJudged {
  readonly holds: boolean
}

/** The list of a `forEach` is evaluated once. */
export interface ItemsListed {
  readonly items: readonly { readonly key: string; readonly value: Json }[]
}

/** Who must be there while a step works. */
export interface AttendanceAsked {
  readonly people: readonly string[]
}

/** When a `wait` ends; milliseconds since the epoch on the run's clock. */
export interface WaitUntil {
  readonly until: number
}

/** It failed for good, and the runbook says that the run goes on or back. */
export interface GaveUp {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | null
}

/** What a block holds failed for good: nothing more of it is begun, its `finally` is next. */
export interface BlockFailed extends GaveUp {
  /** Which entry failed. */
  readonly step: { readonly id: string; readonly number: string; readonly title: string }
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
  /** How long an answer is good for, in milliseconds on the run's clock. */
  readonly expiresMs: number
  /** What the text says of each entry behind the gate whose inputs were known: SHA-256 by id. */
  readonly covers: { readonly [id: string]: string }
}

/** One person approved. */
export interface ApprovalRecorded {
  readonly by: string
  readonly digest: string
  readonly how: 'unsigned' | 'ssh-signature'
  readonly signature: string | null
  readonly fingerprint: string | null
  readonly answeredAt: string | null
  /** When it was taken, milliseconds since the epoch on the run's clock. */
  readonly at: number
}

/** One person refused; the next resume asks anew. */
export interface RejectionRecorded extends ApprovalRecorded {
  readonly reason: string
}

/** What a person claims of a step in doubt, next to what `check` saw. */
export interface ResolutionRecorded {
  readonly claim: 'done' | 'not-done'
  readonly outputs: JsonObject | null
  readonly reason: string
  readonly by: string
  readonly saw: string
  /** Milliseconds since the epoch on the run's clock. */
  readonly at: number
}

/** What people let happen although a window or a freeze says no. */
export interface OverrideRecorded {
  readonly reason: string
  readonly by: string
  readonly why: string
  /** Which freeze or closing time: the override counts for no other one. Absent in older journals, where `why` tells. */
  readonly interval?: string
  readonly at: number
}

/** From here on the run goes back and never forward. */
export interface UndoBegun {
  /** Because a step failed; else a person says so. */
  readonly automatic: boolean
  /** The last step to take back; null: all. */
  readonly to: string | null
  readonly by: string
  /** Addresses of what a `finally` had begun: what it begins from then on is not taken back. Absent in older journals. */
  readonly begunInFinally?: readonly string[]
}

/** How far the run was taken back; `finally` comes behind it, unless the run had ended before. */
export interface UndoEnded {
  /** Addresses of what stays, newest first. */
  readonly stays: readonly string[]
  /** Where it stopped, and why; absent: it came to the beginning, or to where it was to go. */
  readonly stoppedAt?: { readonly address: string; readonly why: string }
}

export interface RunEnded {
  readonly outputs: JsonObject
  /** Absent in journals of the first release, where it was `done`. */
  readonly outcome: 'done' | 'failed' | 'undone'
  /** Addresses of entries that failed and were gone past. */
  readonly failures: readonly string[]
  /** Addresses of steps that a person settled, or let happen outside of the rules. */
  readonly exceptions: readonly string[]
  /** How far it was taken back, and who wanted it. */
  readonly undone?: UndoEnded & Pick<UndoBegun, 'automatic' | 'by'>
}

/** The journal is sealed here: from now on one other state folder goes on with the run. */
export interface HandedOver {
  /** Id of that state folder. */
  readonly to: string
  /** Id of this one. */
  readonly from: string
  readonly by: Operator
  /** RFC 3339. */
  readonly at: string
  /** The runbook among the files that go with the run, with its scripts around it: `documents/ceremony/keys.yaml`. */
  readonly runbook: string
}

/** This state folder goes on with a run that was handed over to it. */
export interface Accepted {
  /** Id of the state folder. */
  readonly to: string
  readonly by: Operator
  /** RFC 3339. */
  readonly at: string
}

/** Somebody at a machine. */
export interface Operator {
  readonly user: string
  readonly host: string
  /** Who the environment says that this user is. */
  readonly principal: string
}

/** The run stopped before anything was started: there is nothing to resume. */
export interface RunClosed {
  readonly because: string
}
