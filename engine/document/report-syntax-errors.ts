import type { Document, ErrorCode } from 'yaml'
import type { Report } from '../diagnostics/collector.ts'
import type { SourceFile } from '../diagnostics/diagnostic.ts'

/**
 * Reports what the YAML parser found. After the first syntax error it guesses, so only tab indentation, which is certain,
 * is reported more than once.
 *
 * @returns whether the document can be read on
 */
export function reportSyntaxErrors(document: Document.Parsed, { text }: SourceFile, report: Report): boolean {
  if (document.directives.yaml.explicit === true || document.directives.docStart === null) {
    const at = /^%.*/m.exec(text)
    if (at !== null) {
      report({
        code: 'yaml-directive',
        message: 'YAML directives are not allowed',
        hint: 'remove the line',
        span: { start: at.index, end: at.index + at[0].length },
      })
    }
  }
  const tabs = document.errors.filter(({ code }) => code === 'TAB_AS_INDENT')
  for (const { pos } of tabs) {
    const span = { start: pos[0], end: Math.max(pos[1], pos[0] + 1) }
    report({ code: 'tab-indentation', message: 'indentation holds a tab', hint: 'indent with spaces', span })
  }
  const other = document.errors.find(({ code }) => code !== 'TAB_AS_INDENT' && !checkedElsewhere.has(code))
  if (tabs.length === 0 && other !== undefined) {
    const [start, end] = other.pos
    const line = text.slice(text.lastIndexOf('\n', start - 1) + 1).split('\n', 1)[0] ?? ''
    const hint = hintFor(other.code, line)
    const message = wording[other.code] ?? `${other.message.slice(0, 1).toLowerCase()}${other.message.slice(1)}`
    report({
      code: 'yaml-syntax',
      message,
      ...(hint === undefined ? {} : { hint }),
      span: { start, end: Math.max(end, start) },
    })
  }
  return document.errors.every(({ code }) => checkedElsewhere.has(code))
}

/** Mistakes that the reader of the tree reports better. */
const checkedElsewhere: ReadonlySet<ErrorCode> = new Set([
  'BAD_ALIAS',
  'TAG_RESOLVE_FAILED',
  'DUPLICATE_KEY',
  'KEY_OVER_1024_CHARS',
])

function hintFor(code: ErrorCode, line: string): string | undefined {
  if (line.includes('${{')) return 'put text with an expression in quotes'
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'indent entries of one map alike; put text that holds `: ` in quotes'
  if (code === 'BAD_SCALAR_START') return 'put the text in quotes'
  return undefined
}

const wording: Readonly<Partial<Record<ErrorCode, string>>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a map cannot begin here',
  MULTILINE_IMPLICIT_KEY: 'a key must end with `:` on its line',
  MISSING_CHAR: 'a closing quote, bracket or `:` is missing',
}
