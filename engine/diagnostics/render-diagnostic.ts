import { displayWidth, printable } from './display-width.ts'
import type { Diagnostic, Span } from './diagnostic.ts'
import { lineAround, positionAt } from './position.ts'

export interface RenderOptions {
  readonly color: boolean
}

/**
 * A diagnostic as text, without a line end:
 *
 *     root.yaml:3:10: error[wrong-value]: …
 *       3 | again: maybe
 *         |        ^~~~~
 *     hint: …
 */
export function renderDiagnostic(diagnostic: Diagnostic, { color }: RenderOptions): string {
  const { source, span, code, message, hint } = diagnostic
  const paint = color ? painted : (text: string) => text
  const start = positionAt(source.text, span.start)
  const place = `${printable(source.path)}:${start.line}:${start.column}`
  const lines = [
    `${paint(`${place}:`, 'bold')} ${paint(`error[${code}]:`, 'red')} ${paint(printable(message), 'bold')}`,
    ...snippet(diagnostic, start.line, paint),
  ]
  if (hint !== undefined) lines.push(`${paint('hint:', 'cyan')} ${printable(hint)}`)
  return lines.join('\n')
}

/** Diagnostics separated by empty lines, without a final line end. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, options)).join('\n\n')
}

type Paint = (text: string, style: keyof typeof styles) => string

function snippet({ source, span, hidden = [] }: Diagnostic, line: number, paint: Paint): readonly string[] {
  const { line: whole, start: lineStart } = lineAround(source.text, span.start)
  if (whole.trim() === '') return []
  const { text, indexOf } = hide(whole, lineStart, hidden)
  const from = Math.min(indexOf(span.start - lineStart), text.length)
  const to = Math.min(Math.max(indexOf(span.end - lineStart), from), text.length)
  const before = printable(text.slice(0, from))
  const marked = printable(text.slice(0, to)).slice(before.length)
  const rest = printable(text).slice(before.length + marked.length)
  const shown = shortened(before, marked, rest)
  const number = String(line).padStart(3)
  const carets = '^'.padEnd(Math.max(displayWidth(shown.marked), 1), '~')
  return [
    `${paint(`${number} |`, 'dim')} ${shown.before}${shown.marked}${shown.rest}`.trimEnd(),
    `${paint(`${' '.repeat(number.length)} |`, 'dim')} ${' '.repeat(displayWidth(shown.before))}${paint(carets, 'red')}`,
  ]
}

/** Writes `***` for hidden parts of a line; `indexOf` gives the new index of an old one. */
function hide(line: string, lineStart: number, hidden: readonly Span[]) {
  const parts = hidden
    .map(({ start, end }) => ({ start: Math.max(start - lineStart, 0), end: Math.min(end - lineStart, line.length) }))
    .filter(({ start, end }) => end > start)
    .reverse()
  const text = parts.reduce((shown, { start, end }) => `${shown.slice(0, start)}***${shown.slice(end)}`, line)
  const indexOf = (index: number) =>
    parts.reduce(
      (at, { start, end }) => (index >= end ? at - (end - start) + 3 : index > start ? at - index + start : at),
      index,
    )
  return { text, indexOf }
}

/** Cuts what is far from the mark, so that a line of a megabyte stays readable. */
function shortened(before: string, marked: string, rest: string) {
  const cutBefore = before.length > around ? `…${before.slice(-around)}` : before
  const cutMarked = marked.length > around ? marked.slice(0, around) : marked
  const tail = marked.length > around ? '' : rest
  const cutRest = cutMarked === marked && tail.length <= around ? tail : `${tail.slice(0, around)}…`
  return { before: cutBefore, marked: cutMarked, rest: cutRest }
}

const around = 100

function painted(text: string, style: keyof typeof styles): string {
  return `\u001b[${styles[style]}m${text}\u001b[0m`
}

const styles = { bold: 1, dim: 2, red: 31, cyan: 36 } as const
