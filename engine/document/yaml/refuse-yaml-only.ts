import type { Alias, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { Report } from '../../diagnostics/collector.ts'
import type { Span } from '../../diagnostics/diagnostic.ts'

/** Refuses an alias, unless its anchor is there, from which it follows: that is reported itself. */
export function refuseAlias({ source }: Alias, span: Span, text: string, report: Report): void {
  const escaped = source.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  if (new RegExp(`&${escaped}(?![^\\s,\\[\\]{}])`).test(text)) return
  report({ code: 'alias', message: `alias \`*${source}\` is not allowed`, hint: 'put text in quotes', span })
}

/** Refuses the anchor and the tag of a node. */
export function refuseProperties(
  node: Scalar.Parsed | YAMLMap.Parsed | YAMLSeq.Parsed,
  text: string,
  report: Report,
): void {
  const [start, end] = node.range
  if (node.anchor !== undefined && node.anchor !== '') {
    const written = `&${node.anchor}`
    const from = Math.max(text.lastIndexOf(written, start), 0)
    const hint = 'write each value out, so that a reviewer sees it'
    const span = { start: from, end: from + written.length }
    report({ code: 'anchor', message: `anchor \`${written}\` is not allowed`, hint, span })
  }
  if (node.tag === undefined || node.tag === '') return
  const bang = Math.max(text.lastIndexOf('!', start), 0)
  const from = text[bang - 1] === '!' ? bang - 1 : bang
  const written = /^![^\s,[\]{}]*/.exec(text.slice(from, end))?.[0] ?? '!'
  const span = { start: from, end: from + written.length }
  report({ code: 'tag', message: `tag \`${written}\` is not allowed`, hint: 'leave it out', span })
}
