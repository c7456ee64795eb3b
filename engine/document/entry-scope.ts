import type { Report } from '../diagnostics/collector.ts'
import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import type { CompiledTemplate } from '../expressions/compile-template.ts'
import { stringOf, type Node } from '../expressions/node.ts'
import { nodeValue } from '../expressions/node-value.ts'
import type { Schema } from '../expressions/schema.ts'
import type { ScopeTypes } from '../expressions/scope-types.ts'
import type { Template } from '../expressions/template.ts'
import type { Type } from '../expressions/type.ts'
import type { Catalog } from './catalog.ts'
import { durationMs } from './duration.ts'
import type { EntryOutline } from './outline-entries.ts'
import type { BindingDeclaration } from './runbook.ts'
import { firstKeyOf } from './schema/place.ts'

/** What all entries of a document are read with. */
export interface EntriesContext {
  readonly source: SourceFile
  readonly catalog: Catalog
  readonly bindings: ReadonlyMap<string, BindingDeclaration>
  readonly roots: ScopeTypes['roots']
  readonly report: Report
  /** Is told each template, so that what no expression reads can be found. */
  readonly compiled: (template: Template) => void
}

/** What an entry's expressions are compiled with. */
export interface EntryScope {
  readonly outline: EntryOutline
  readonly context: EntriesContext
  /** Compiles a node in this entry's scope, with names of its own added. */
  compile(node: Node, more?: readonly (readonly [string, Type])[]): Promise<CompiledTemplate>
  /** Compiles a member of the entry, checked against a schema; `undefined` when there is none. */
  template(name: string, schema: Schema, from?: Node): Promise<Template | undefined>
}

/** What to mark when a key is missing, or to be changed. */
export function keyOf(node: Node, name: string): Span {
  return (node.kind === 'map' ? node.entries.get(name)?.keySpan : undefined) ?? firstKeyOf(node)
}

/** Milliseconds. */
export function durationOf(node: Node | undefined): number | undefined {
  const text = stringOf(node)
  return text === undefined ? undefined : durationMs(text)
}

export function integerOf(node: Node | undefined): number {
  const value = node === undefined ? 0 : nodeValue(node)
  return typeof value === 'number' ? value : 0
}
