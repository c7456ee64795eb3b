import type { ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { Report } from '../../diagnostics/collector.ts'
import type { SourceFile, Span } from '../../diagnostics/diagnostic.ts'
import type { Entry, Node } from '../../expressions/node.ts'
import { readKey } from './read-key.ts'
import { refuseAlias, refuseProperties } from './refuse-yaml-only.ts'
import { scalarOffsets } from './scalar-offsets.ts'
import { spanOf, type Yaml } from './span-of.ts'

/** The tree below a parsed node, without what only YAML can say: that is reported. */
export function readTree(root: ParsedNode, yaml: Yaml, { text }: SourceFile, report: Report): Node {
  return read(root, 0)

  function read(node: ParsedNode | null, depth: number): Node {
    if (node === null) return nothing({ start: 0, end: 0 })
    const span = spanOf(node.range)
    if (depth > 64) {
      report({ code: 'too-deep', message: 'values are nested too deeply', span })
      return refused(span)
    }
    if (yaml.isAlias(node)) {
      refuseAlias(node, span, text, report)
      return refused(span)
    }
    refuseProperties(node, text, report)
    if (yaml.isScalar(node)) return readScalar(node, span)
    return yaml.isMap(node) ? readMap(node, span, depth) : readList(node, span, depth)
  }

  function readScalar(node: Scalar.Parsed, span: Span): Node {
    const { value } = node
    const written = text.slice(span.start, span.end)
    const shared = { kind: 'scalar', quoted: node.type !== 'PLAIN', written } as const
    if (typeof value === 'string') {
      return { ...shared, value, span: endTrimmed(span), offsetOf: scalarOffsets(written, span.start, value) }
    }
    const offsetOf = () => span.start
    if (typeof value === 'boolean' || value === null) return { ...shared, value, span, offsetOf }
    if (typeof value === 'number') {
      if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) {
        return { ...shared, value, span, offsetOf }
      }
      const hint = 'put it in quotes if it is text'
      report({ code: 'inexact-number', message: `number \`${written}\` cannot be kept exactly`, hint, span })
    }
    return refused(span)
  }

  /** A block scalar ends with its line end, which no caret should mark. */
  function endTrimmed({ start, end }: Span): Span {
    return { start, end: start + text.slice(start, end).trimEnd().length }
  }

  function readList(node: YAMLSeq.Parsed, span: Span, depth: number): Node {
    return { kind: 'list', span: endTrimmed(span), items: node.items.map((item) => read(item, depth + 1)) }
  }

  function readMap(node: YAMLMap.Parsed, span: Span, depth: number): Node {
    const entries = new Map<string, Entry>()
    for (const pair of node.items) {
      const key = readKey(pair.key, yaml, text, report)
      if (key === undefined) continue
      const value = pair.value === null ? nothing(key.span) : read(pair.value, depth + 1)
      if (entries.has(key.name)) {
        const message = `key \`${key.name}\` is there already`
        report({ code: 'duplicate-key', message, hint: 'remove one of the two', span: key.span })
      } else entries.set(key.name, { keySpan: key.span, value })
    }
    return { kind: 'map', span: endTrimmed(span), entries }
  }
}

/** Stands for a value that was reported. */
function refused(span: Span): Node {
  return { kind: 'scalar', value: null, span, quoted: false, written: '', refused: true, offsetOf: () => span.start }
}

function nothing(span: Span): Node {
  return { kind: 'scalar', value: null, span, quoted: false, written: '', offsetOf: () => span.start }
}
