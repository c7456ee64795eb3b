import type { SourceFile } from '../diagnostics/diagnostic.ts'
import type { Template } from '../expressions/template.ts'
import type { Json } from '../step/json.ts'
import type { Entry } from './runbook.ts'

/** `NAME.rehearsal.yaml` beside a runbook: what it takes to rehearse it without a flag. */
export interface Rehearsal {
  readonly source: SourceFile
  /** The runbook's name. */
  readonly rehearsal: string
  /**
   * What each binding of the runbook is in the sandbox, in the words of its simulator; may refer to `bindings.NAME.FACT` of
   * those before it.
   */
  readonly bindings: ReadonlyMap<string, Template>
  /**
   * Steps that make the world the runbook starts in; they run once, when the sandbox is made. Among themselves they read
   * `steps.ID.outputs.NAME` and `bindings.NAME.FACT`.
   */
  readonly world: readonly Entry[]
  /** Values of the runbook's inputs; may refer to `world.ID.outputs.NAME` and `bindings.NAME.FACT`. */
  readonly inputs: Template
  /** Who approves, by role. */
  readonly approvers: ReadonlyMap<string, readonly string[]>
  /** What is typed where a person does something, by id of the entry. */
  readonly answers: ReadonlyMap<string, Json>
  /** CEL expressions over `outputs` that hold at the end. */
  readonly expect: readonly Expectation[]
}

export interface Expectation {
  readonly title: string
  readonly holds: Template
}
