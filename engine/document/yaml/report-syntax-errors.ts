import type { Document, ErrorCode, YAMLParseError } from 'yaml'
import type { Report } from '../../diagnostics/collector.ts'
import type { SourceFile } from '../../diagnostics/diagnostic.ts'

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
    const span = spanOf(other, document, text)
    const line = text.slice(text.lastIndexOf('\n', span.start - 1) + 1).split('\n', 1)[0] ?? ''
    const hint = hintFor(other.code, line)
    const unexpected = `unexpected \`${/^(\w+|.)/.exec(text.slice(span.start))?.[0] ?? 'end of file'}\``
    const message = other.code === 'UNEXPECTED_TOKEN' ? unexpected : (wording[other.code] ?? lowered(other.message))
    report({ code: 'yaml-syntax', message, ...(hint === undefined ? {} : { hint }), span })
  }
  return document.errors.every(({ code }) => checkedElsewhere.has(code))
}

/** Where it is; for a quote that is never closed where it was opened. */
function spanOf({ pos, code }: YAMLParseError, { contents }: Document.Parsed, text: string) {
  let last: unknown = contents
  while (code === 'MISSING_CHAR' && pos[1] >= text.length && typeof last === 'object' && last !== null) {
    if ('items' in last && Array.isArray(last.items)) last = last.items.at(-1)
    else if ('value' in last && 'key' in last) last = last.value ?? last.key
    else if ('type' in last && 'range' in last && Array.isArray(last.range) && String(last.type).startsWith('QUOTE')) {
      const start = Number(last.range[0])
      return { start, end: start + 1 }
    } else break
  }
  return { start: pos[0], end: Math.max(pos[1], pos[0]) }
}

function lowered(message: string): string {
  return `${message.slice(0, 1).toLowerCase()}${message.slice(1)}`
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
  MISSING_CHAR: 'a closing quote or bracket, or `:` after a key, is missing',
  BAD_INDENT: 'the indentation is wrong, or a closing bracket is missing',
}
