import type { Environment, InputValues } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import type { AskSecret } from '../environment/secrets.ts'
import type { Json } from '../step/json.ts'
import type { RunClock } from './clock.ts'
import type { RunEvent } from './events.ts'
import type { RunHost } from './host.ts'
import type { People } from './local-host.ts'
import type { BindingFacts } from './execution.ts'
import type { RunEnded } from './records.ts'
import type { StateFolder } from './state-folder.ts'
import type { Stop } from './stop.ts'

/** What `apply` and `resume` both need of their surroundings. */
export interface RunParts {
  readonly state: StateFolder
  readonly runbook: Runbook
  readonly environment: Environment
  readonly clock: RunClock
  readonly people: People
  readonly stop: Stop
  readonly ask: AskSecret
  readonly emit: (event: RunEvent) => void
  /** Names of bindings whose refused credential a person says has changed. */
  readonly credentialChanged: readonly string[]
  /** Version of this program. */
  readonly toolVersion: string
  /** What simulators say about bindings, for the steps that make a rehearsal's world. */
  readonly bindingFacts?: BindingFacts
  /** Pauses behind the entry of this id. */
  readonly until?: string | undefined
  /** Begins outside of the maintenance window as well: each change then needs an approved override. */
  readonly beginOutsideWindow?: boolean
  /** Puts something between kernel and host: where crashes are explored. */
  readonly aroundHost?: (host: RunHost) => RunHost
}

export interface ApplyParts extends RunParts {
  readonly inputs: InputValues
  /** Id of the plan that is applied, when one is. */
  readonly plan: string | null
}

/** A run that came to its end, or to where it was to pause. */
export interface RunDone {
  readonly runId: string
  readonly outputs: { readonly [name: string]: Json }
  readonly outcome: 'done' | 'failed' | 'undone' | 'paused'
  /** Addresses of entries that failed and were gone past. */
  readonly failures: readonly string[]
  /** Addresses of steps that a person settled, or let happen outside of the rules. */
  readonly exceptions: readonly string[]
  /** How far it was taken back, and who wanted it. */
  readonly undone?: RunEnded['undone']
  readonly head: { readonly records: number; readonly hash: string }
}
