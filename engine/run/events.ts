import type { ErrorCode } from '../step/errors.ts'
import type { Json } from '../step/json.ts'
import type { PersonRequest, StepName } from './person-request.ts'

/**
 * How an entry came to its end: `made` by this run, `found` before it, `recovered` after a crash, only `looked`, `claimed` done by a
 * person who settled a doubt, done `by-hand`; `done`: a block.
 */
export type Outcome = 'made' | 'found' | 'recovered' | 'looked' | 'claimed' | 'by-hand' | 'done'

/** An entry of the runbook, as a display lists it. */
export interface ListedEntry extends StepName {
  /** Step type, or the kind of entry: `group`, `parallel`, `forEach`, `manual`, `assert`, `wait`. */
  readonly uses: string
  /** Id of the block that holds it; absent: none. */
  readonly parent?: string
  /** How long it typically takes, milliseconds. */
  readonly estimateMs: number
}

/** A maintenance window as a display shows it. */
export interface ListedWindow {
  readonly title?: string
  /** When changes are not allowed any more, RFC 3339, and in which zone to show it. */
  readonly until: string
  readonly zone: string
  /** What ends it: ``window `Change 4711` ends at 2026-11-29 04:00 Europe/Berlin (03:00 UTC)``. */
  readonly ends: string
  /** Less time is left than what is ahead typically takes. */
  readonly short: boolean
}

/** What happens in a run, as it happens. Terminal, plain lines and NDJSON are subscribers. Nothing in an event is secret. */
export type RunEvent =
  | {
      readonly type: 'run-started'
      readonly run: string
      readonly runbook: string
      readonly title: string
      readonly environment: { readonly name: string; readonly kind: string }
      /** Every entry in document order; those of a `forEach` once, see `items-known`. */
      readonly steps: readonly ListedEntry[]
      readonly resumed: boolean
      readonly stateFolder: string
      /** The maintenance window that is open; absent: none is declared, or it has no end that is known. */
      readonly window?: ListedWindow
    }
  | {
      readonly type: 'head'
      readonly at: 'start' | 'approval' | 'point-of-no-return' | 'end'
      readonly records: number
      readonly hash: string
    }
  | { readonly type: 'step-started'; readonly step: StepName; readonly uses: string }
  /** `when` did not hold. */
  | { readonly type: 'step-skipped'; readonly step: StepName }
  | { readonly type: 'block-started'; readonly step: StepName }
  | { readonly type: 'block-ended'; readonly step: StepName }
  /** The items of a `forEach`: `items` are named as the block, with the item's key in the id. */
  | { readonly type: 'items-known'; readonly step: StepName; readonly items: readonly StepName[] }
  /** Less time is left in the maintenance window than the rest typically takes. */
  | { readonly type: 'window-short'; readonly until: string; readonly remainingMs: number }
  | { readonly type: 'undo-started'; readonly step: StepName }
  | { readonly type: 'undo-ended'; readonly step: StepName; readonly how: 'undone' | 'nothing-to-undo' }
  | { readonly type: 'step-already-done'; readonly step: StepName; readonly how: Outcome }
  | { readonly type: 'step-checking'; readonly step: StepName }
  | { readonly type: 'step-applying'; readonly step: StepName; readonly effectId: string }
  | {
      readonly type: 'step-waiting'
      readonly step: StepName
      readonly what: string
      readonly until: string
      /** Who must be there for it. */
      readonly people?: readonly string[]
    }
  | {
      readonly type: 'step-retrying'
      readonly step: StepName
      readonly code: ErrorCode
      readonly message: string
      readonly attempt: number
      readonly at: string
    }
  | {
      readonly type: 'step-succeeded'
      readonly step: StepName
      readonly how: Outcome
      readonly outputs: { readonly [name: string]: Json }
    }
  | {
      readonly type: 'step-failed'
      readonly step: StepName
      readonly code: ErrorCode
      readonly message: string
      readonly hint?: string
    }
  | { readonly type: 'person-needed'; readonly request: PersonRequest }
  | {
      readonly type: 'person-answered'
      readonly step: StepName
      readonly kind: PersonRequest['kind']
      readonly by: readonly string[]
      /** Why it was rejected; absent: it was not. */
      readonly rejected?: string
    }
  | { readonly type: 'stop-requested'; readonly safePoint: string }
  | {
      readonly type: 'run-ended'
      readonly run: string
      readonly outcome: 'done' | 'failed' | 'undone' | 'paused' | 'needs-person' | 'interrupted'
      readonly outputs?: { readonly [name: string]: Json }
    }
