import type { Span } from '../../diagnostics/diagnostic.ts'
import type { Node } from '../../expressions/node.ts'
import type { Schema } from '../../expressions/schema.ts'
import type { Type } from '../../expressions/type.ts'

/** A node against its schema, and where in the value it stands. */
export interface Place {
  readonly node: Node
  readonly schema: Schema
  /** `with.label`, `items[2]`; empty for the whole value. */
  readonly path: string
  /** What to mark when something is missing from the node: its key. */
  readonly key: Span
  /** Scalars that hold expressions, with the type of their value. `undefined` where no expression may stand. */
  readonly holes: ReadonlyMap<Node, Type> | undefined
}

export interface ValueProblem {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly span: Span
  readonly masked?: true
  readonly path: string
}

/** What to mark when something is missing from a map that has no key of its own. */
export function firstKeyOf(node: Node): Span {
  const [first] = node.kind === 'map' ? node.entries.values() : []
  return first?.keySpan ?? { start: node.span.start, end: node.span.start + 1 }
}
