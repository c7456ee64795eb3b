import type { ApprovalRule } from '../document/runbook.ts'
import type { Json, JsonObject } from '../step/json.ts'

/** What would change, without changing it. A file that is reviewed and then applied, or refused when it is stale. */
export interface Plan {
  readonly format: 1
  readonly id: string
  /** RFC 3339. */
  readonly created: string
  /** RFC 3339; after it the plan is not applied any more. */
  readonly expires: string
  readonly runbook: {
    readonly name: string
    readonly version: string
    readonly title: string
    readonly path: string
    readonly sha256: string
  }
  readonly environment: { readonly name: string; readonly kind: string; readonly path: string; readonly sha256: string }
  readonly inputs: JsonObject
  /** Version of the program that made it. */
  readonly tool: string
  readonly stepTypes: { readonly [name: string]: number }
  /** Script, as written, to the SHA-256 of its bytes. */
  readonly scripts: { readonly [path: string]: string }
  /** Binding name to what it claims to be; each was opened, logged in to, and verified, but for those of `notOpened`. */
  readonly targets: { readonly [binding: string]: string }
  /** Bindings that were not there yet, with the entry that makes each. */
  readonly notOpened?: { readonly [binding: string]: string }
  readonly steps: readonly PlannedStep[]
  /** Who must be there; absent in plans of the first release. */
  readonly people?: readonly PlannedPeople[]
}

/** Somebody who must be there for a step. */
export interface PlannedPeople {
  readonly step: { readonly number: string; readonly id: string; readonly title: string }
  /** `approves`: before it begins. `does it`: with their hands. `is there`: while it works. */
  readonly what: 'approves' | 'does it' | 'is there'
  /** With place and length where the step says them. */
  readonly who: string
  /** Of a role, who that is at this site. */
  readonly names?: readonly string[]
  /** How long an approval is good for after it was given, milliseconds. */
  readonly goodForMs?: number
  /** How long it typically takes, where the runbook says so, milliseconds. */
  readonly takesMs?: number
}

/**
 * What apply would do with a step.
 *
 * - `look`: reads or computes; changes nothing
 * - `make`: it is not there and will be made
 * - `change`: it is there and will be changed, `before` to `after`
 * - `found`: it is there and right; nothing will be done
 * - `wait`: it converges by itself
 * - `refused`: it is there already, and the step does not take what it did not make
 * - `conflict`: something else has that identity
 * - `fails`: looking failed, as it would in apply
 * - `skip`: `when` does not hold
 * - `ask`: a person does it
 * - `block`: holds the entries that follow
 * - `run`: done without a look, because nothing honest can be seen before
 */
export type Decision =
  'look' | 'make' | 'change' | 'found' | 'wait' | 'refused' | 'conflict' | 'fails' | 'skip' | 'ask' | 'block' | 'run'

/**
 * How much the plan knows: `exact` (inputs known, check answered), `estimated` (waits for other steps), `opaque` (no honest
 * look is possible).
 */
export type Fidelity = 'exact' | 'estimated' | 'opaque'

export interface PlannedStep {
  /** Only when this expression holds, which is not known yet; of what is skipped, the one that does not hold. */
  readonly condition?: string
  /** Of a `forEach` whose list is known, how many items it has. */
  readonly items?: number
  /** Of a wait, how long it is. */
  readonly durationMs?: number
  readonly id: string
  readonly number: string
  readonly title: string
  readonly uses: string
  /** Bindings it works on. */
  readonly targets: readonly string[]
  readonly decision: Decision
  readonly fidelity: Fidelity
  /** Readable, with what is not known yet named. */
  readonly inputs: readonly string[]
  /** Ids of the steps whose outcome it waits for; `run.id` where it waits for the run to begin. */
  readonly waitsFor: readonly string[]
  /** Outputs where they are known already. Apply has to give the same. */
  readonly outputs?: JsonObject
  readonly note?: string
  readonly before?: Json
  readonly after?: Json
  readonly approval?: ApprovalRule
  readonly pointOfNoReturn?: string
  /** Who must be there while it works, a line each; `null`: that is known once its inputs are. */
  readonly attendance?: readonly string[] | null
}
