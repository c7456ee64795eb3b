import type { Span } from '../diagnostics/diagnostic.ts'
import type { Json } from '../step/json.ts'
import type { Node } from './node.ts'

/** The plain value of a node. */
export function nodeValue(node: Node): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(nodeValue)
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, nodeValue(value)]))
  }
}

/** A node for a value that stands in no file, or at one place of it as a whole. */
export function nodeOf(value: Json, span: Span = { start: 0, end: 0 }): Node {
  if (typeof value !== 'object' || value === null) {
    return {
      kind: 'scalar',
      value,
      span,
      quoted: false,
      written: String(value),
      offsetOf: () => span.start,
    }
  }
  if (isList(value)) return { kind: 'list', span, items: value.map((item) => nodeOf(item, span)) }
  const entries = Object.entries(value).map(
    ([key, item]) => [key, { keySpan: span, value: nodeOf(item, span) }] as const,
  )
  return { kind: 'map', span, entries: new Map(entries) }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
