import type { ErrorCode } from '../step/errors.ts'
import type { Json } from '../step/json.ts'
import type { PersonRequest, StepName } from './person-request.ts'

/** How a step came to its end: `made` by this run, `found` before it, `recovered` after a crash, only `looked`. */
export type Outcome = 'made' | 'found' | 'recovered' | 'looked'

/** What happens in a run, as it happens. Terminal, plain lines and NDJSON are subscribers. Nothing in an event is secret. */
export type RunEvent =
  | {
      readonly type: 'run-started'
      readonly run: string
      readonly runbook: string
      readonly title: string
      readonly environment: { readonly name: string; readonly kind: string }
      readonly steps: readonly StepName[]
      readonly resumed: boolean
      readonly stateFolder: string
    }
  | {
      readonly type: 'head'
      readonly at: 'start' | 'approval' | 'point-of-no-return' | 'end'
      readonly records: number
      readonly hash: string
    }
  | { readonly type: 'step-started'; readonly step: StepName; readonly uses: string }
  | { readonly type: 'step-already-done'; readonly step: StepName; readonly how: Outcome }
  | { readonly type: 'step-checking'; readonly step: StepName }
  | { readonly type: 'step-applying'; readonly step: StepName; readonly effectId: string }
  | { readonly type: 'step-waiting'; readonly step: StepName; readonly what: string; readonly until: string }
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
    }
  | { readonly type: 'stop-requested'; readonly safePoint: string }
  | {
      readonly type: 'run-ended'
      readonly run: string
      readonly outcome: 'done' | 'failed' | 'needs-person' | 'interrupted'
      readonly outputs?: { readonly [name: string]: Json }
    }
