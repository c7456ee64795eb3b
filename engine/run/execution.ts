import type { InputValues } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import type { TargetBoard } from '../environment/target-board.ts'
import type { Artifacts } from '../step/context.ts'
import type { Json } from '../step/json.ts'
import type { RunHost } from './host.ts'

/** One runbook on its way through one host. */
export interface Execution {
  readonly runId: string
  /** SHA-256 over the files of the program that began the run, hex. */
  readonly toolSha256: string
  readonly runbook: Runbook
  readonly environment: { readonly name: string; readonly kind: string }
  readonly inputs: InputValues
  readonly host: RunHost
  readonly artifacts: Artifacts
  readonly targets: TargetBoard
  readonly bindingFacts?: BindingFacts | undefined
}

/** By binding name; what expressions see as `bindings.NAME.FACT` where a rehearsal's world is made. */
export type BindingFacts = { readonly [name: string]: { readonly [fact: string]: Json } }
