import type { Alias, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { Report } from '../diagnostics/collector.ts'
import type { SourceFile, Span } from '../diagnostics/diagnostic.ts'
import type { Entry, Node } from '../expressions/node.ts'
import { deepestAllowed } from './deepest-allowed.ts'
import { reportHiddenCharacters } from './report-hidden-characters.ts'
import { reportSyntaxErrors } from './report-syntax-errors.ts'
import { scalarOffsets } from './scalar-offsets.ts'

type Yaml = typeof import('yaml')

/**
 * The one value of a YAML 1.2 file, as JSON could carry it: no tags, anchors, aliases, merge keys or duplicate keys.
 *
 * @returns `undefined` when nothing of it can be used; what is wrong was reported
 */
export async function parseYaml(source: SourceFile, report: Report): Promise<Node | undefined> {
  if (source.text.trim() === '') {
    report({ code: 'empty-file', message: 'file is empty', span: { start: 0, end: 0 } })
    return undefined
  }
  reportHiddenCharacters(source, report)
  const deep = deepestAllowed(source.text)
  if (deep !== undefined) {
    report({ code: 'too-deep', message: 'values are nested too deeply', span: { start: deep, end: deep + 1 } })
    return undefined
  }
  const yaml = await import('yaml')
  const documents = yaml.parseAllDocuments(source.text, options)
  const [document, ...others] = Array.isArray(documents) ? documents : []
  if (document === undefined) {
    report({ code: 'empty-file', message: 'file holds nothing but comments', span: { start: 0, end: 0 } })
    return undefined
  }
  if (!reportSyntaxErrors(document, source, report)) return undefined
  const [second] = others
  if (second !== undefined) {
    const { start } = spanOf(second.range)
    const hint = 'keep one document a file, without `---` or `...` in between'
    report({
      code: 'several-documents',
      message: 'file holds text after the end of its document',
      hint,
      span: lineAt(source, start),
    })
  }
  if (document.contents === null || (yaml.isScalar(document.contents) && document.contents.source === '')) {
    report({ code: 'empty-file', message: 'file holds nothing but comments', span: { start: 0, end: 0 } })
    return undefined
  }
  return reader(yaml, source, report).read(document.contents)
}

const options = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const

function reader(yaml: Yaml, { text }: SourceFile, report: Report) {
  return { read }

  function read(node: ParsedNode | null, depth = 0): Node {
    if (node === null) return nothing({ start: 0, end: 0 })
    const span = spanOf(node.range)
    if (depth > 64) {
      report({ code: 'too-deep', message: 'values are nested too deeply', span })
      return refused(span)
    }
    if (yaml.isAlias(node)) return readAlias(node, span)
    refuseProperties(node)
    if (yaml.isScalar(node)) return readScalar(node, span)
    return yaml.isMap(node) ? readMap(node, span, depth) : readList(node, span, depth)
  }

  /** An alias of an anchor follows from the anchor, which is reported. */
  function readAlias(node: Alias, span: Span): Node {
    const message = `alias \`*${node.source}\` is not allowed`
    const anchored = new RegExp(`&${escapeRegExp(node.source)}(?![^\\s,\\[\\]{}])`).test(text)
    if (!anchored) report({ code: 'alias', message, hint: 'put text in quotes', span })
    return refused(span)
  }

  function refuseProperties(node: Exclude<ParsedNode, Alias.Parsed>): void {
    const { start, end } = spanOf(node.range)
    if (node.anchor !== undefined && node.anchor !== '') {
      const at = text.lastIndexOf(`&${node.anchor}`, start)
      const from = at < 0 ? start : at
      const hint = 'write each value out, so that a reviewer sees it'
      report({
        code: 'anchor',
        message: `anchor \`&${node.anchor}\` is not allowed`,
        hint,
        span: { start: from, end: from + node.anchor.length + 1 },
      })
    }
    if (node.tag === undefined || node.tag === '') return
    const at = text.lastIndexOf('!', start)
    const from = at < 0 ? start : text.lastIndexOf('!!', start) === at - 1 ? at - 1 : at
    const written = /^![^\s,[\]{}]*/.exec(text.slice(from, end))?.[0] ?? '!'
    report({
      code: 'tag',
      message: `tag \`${written}\` is not allowed`,
      hint: 'leave it out',
      span: { start: from, end: from + written.length },
    })
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
      const key = readKey(pair)
      if (key === undefined) continue
      const value = pair.value === null ? nothing(key.span) : read(pair.value, depth + 1)
      if (entries.has(key.name)) {
        const message = `key \`${key.name}\` is there already`
        report({ code: 'duplicate-key', message, hint: 'remove one of the two', span: key.span })
      } else entries.set(key.name, { keySpan: key.span, value })
    }
    return { kind: 'map', span: endTrimmed(span), entries }
  }

  function readKey({
    key,
  }: Pair<ParsedNode, ParsedNode | null>): { readonly name: string; readonly span: Span } | undefined {
    const span = spanOf(key.range)
    if (yaml.isAlias(key) || !yaml.isScalar(key)) {
      const expression = text.slice(span.start - 2, span.start + 1) === '${{' || text.startsWith('{{', span.start - 1)
      const hint = expression ? 'put the expression in quotes' : 'use plain text as key'
      report({ code: 'wrong-key', message: 'a key must be a string', hint, span })
      return undefined
    }
    refuseProperties(key)
    if (key.value === '<<' && key.type === 'PLAIN') {
      report({
        code: 'merge-key',
        message: 'merge key `<<` is not allowed',
        hint: 'write the entries out, so that a reviewer sees them',
        span,
      })
      return undefined
    }
    if (typeof key.value !== 'string') {
      const written = text.slice(span.start, span.end)
      report({
        code: 'wrong-key',
        message: `a key must be a string, found \`${written}\``,
        hint: `write \`"${written}"\``,
        span,
      })
      return undefined
    }
    return { name: key.value, span }
  }
}

/** Stands for a value that was reported. */
function refused(span: Span): Node {
  return { kind: 'scalar', value: null, span, quoted: false, written: '', refused: true, offsetOf: () => span.start }
}

function nothing(span: Span): Node {
  return { kind: 'scalar', value: null, span, quoted: false, written: '', offsetOf: () => span.start }
}

function spanOf(range: readonly [number, number, number] | null | undefined): Span {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 }
}

function lineAt({ text }: SourceFile, start: number): Span {
  const end = text.indexOf('\n', start)
  return { start, end: end < 0 ? text.length : Math.max(end, start + 1) }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
