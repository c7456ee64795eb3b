import type { TSchema } from 'typebox'
import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import type { Template } from '../expressions/template.ts'
import type { ErrorCode } from '../step/errors.ts'
import type { Json } from '../step/json.ts'
import type { StepType } from '../step/step-type.ts'

/** A runbook that passed every check: positions kept, step types resolved, expressions compiled and typed. */
export interface Runbook {
  readonly source: SourceFile
  readonly name: string
  readonly version: string
  readonly title: string
  readonly description: string | undefined
  /** What a second apply does: a ceremony refuses, a state converges, an act repeats. */
  readonly again: 'refuse' | 'converge' | 'repeat'
  readonly inputs: ReadonlyMap<string, InputDeclaration>
  readonly bindings: ReadonlyMap<string, BindingDeclaration>
  /** In document order, which is the order they run in. */
  readonly steps: readonly Step[]
  readonly outputs: Template
}

export interface InputDeclaration {
  /** JSON Schema of the value; ordinary keywords of the declaration (`type`, `format`, `enum`, `pattern`, …). */
  readonly schema: TSchema
  readonly description: string
  /** Used when nobody gives a value; without it the input is required. */
  readonly default: Json | undefined
  readonly span: Span
}

export interface BindingDeclaration {
  readonly kind: string
  readonly description: string
  readonly span: Span
}

export interface Step {
  readonly id: string
  /** Position, one-based: `3`, inside a block `3.2`. Always shown together with the id. */
  readonly number: string
  readonly title: string
  readonly span: Span
  readonly type: StepType
  /** Binding name, or binding names by role. */
  readonly target: string | Readonly<Record<string, string>> | undefined
  readonly with: Template
  readonly timeoutMs: number | undefined
  readonly retry: RetryPolicy | undefined
  readonly existing: 'refuse' | 'adopt' | undefined
  readonly approval: ApprovalRule | undefined
  /** Why there is no way back, in the author's words. */
  readonly pointOfNoReturn: string | undefined
}

export interface RetryPolicy {
  readonly on: readonly ErrorCode[]
  /** Attempts after the first. */
  readonly times: number
}

export interface ApprovalRule {
  readonly role: string
  readonly count: number
}
