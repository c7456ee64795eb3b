import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import type { MapNode } from '../expressions/node.ts'
import type { BindingKind } from '../step/binding-kind.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { DeclaredWindows } from './declared-interval.ts'

/** The bindings of one site, reviewed like a runbook. */
export interface Environment extends DeclaredWindows {
  readonly source: SourceFile
  readonly name: string
  readonly kind: 'sandbox' | 'test' | 'production'
  readonly bindings: ReadonlyMap<string, BoundTarget>
  /** The key `bindings`, marked when one is missing. */
  readonly bindingsSpan: Span
  /** Who may approve, by role: names of principals. */
  readonly approvers: ReadonlyMap<string, readonly string[]>
  /** The key `approvers`, marked when some are missing. */
  readonly approversSpan: Span
  /** Inputs by runbook name; what `--input` gives goes before. */
  readonly inputs: ReadonlyMap<string, JsonObject>
  /** The same with their places, for messages. */
  readonly inputNodes: ReadonlyMap<string, MapNode>
  /** Where the sandbox that made this environment answers. Only in `kind: sandbox`. */
  readonly sandbox: SandboxReference | undefined
}

export interface BoundTarget {
  readonly kind: BindingKind
  /** The entry without `kind`, valid against `kind.config`. */
  readonly config: JsonObject
  readonly span: Span
}

export interface SandboxReference {
  /** Loopback URL of the sandbox's control service. */
  readonly control: string
  /** Proves to the sandbox that the caller read this file. Worth nothing elsewhere. */
  readonly token: string
}

/** Given values of a runbook's inputs, checked against their declarations. */
export type InputValues = Readonly<Record<string, Json>>
