import type { InputValues } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import type { TargetBoard } from '../environment/target-board.ts'
import type { Artifacts } from '../step/context.ts'
import type { Json } from '../step/json.ts'
import type { SecretStore } from '../step/secret-store.ts'
import type { AskWindows } from '../environment/open-windows.ts'
import type { ExceptionRule } from '../document/environment.ts'
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
  /** Pauses behind the entry of this id. */
  readonly until?: string | undefined
  /** Who operated this run, as principals: they do not approve. */
  readonly operators: readonly string[]
  /** Who approves what a person claims, and overrides. */
  readonly exceptions: ExceptionRule
  /** Maintenance windows and freezes; absent: always open. */
  readonly windows?: AskWindows | undefined
  /** Where the step of one effect puts secrets that it makes. */
  readonly secrets: (effectId: string) => SecretStore
}

/** By binding name; what expressions see as `bindings.NAME.FACT` where a rehearsal's world is made. */
export type BindingFacts = { readonly [name: string]: { readonly [fact: string]: Json } }
