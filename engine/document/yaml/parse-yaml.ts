import type { Report } from '../../diagnostics/collector.ts'
import type { SourceFile, Span } from '../../diagnostics/diagnostic.ts'
import type { Node } from '../../expressions/node.ts'
import { deepestAllowed } from './deepest-allowed.ts'
import { readTree } from './read-tree.ts'
import { reportHiddenCharacters } from './report-hidden-characters.ts'
import { reportSyntaxErrors } from './report-syntax-errors.ts'
import { spanOf } from './span-of.ts'

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
  return readTree(document.contents, yaml, source, report)
}

const options = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const

function lineAt({ text }: SourceFile, start: number): Span {
  const end = text.indexOf('\n', start)
  return { start, end: end < 0 ? text.length : Math.max(end, start + 1) }
}
