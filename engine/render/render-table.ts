import { displayWidth, printable } from '../diagnostics/display-width.ts'
import type { Json, JsonObject } from '../step/json.ts'
import { columns } from './columns.ts'

/** Whether a value is read best as a table: a list of objects whose members are words and numbers. */
export function isTable(value: Json): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isFlat)
}

function isFlat(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const members = Object.values(value)
  return members.length > 0 && members.every(isOneLine)
}

function isOneLine(value: Json): boolean {
  return typeof value === 'string' ? !value.includes('\n') : typeof value !== 'object' || value === null
}

/** Columns between which a table has to leave two blanks. */
const gap = 2

/** No column is made narrower than this to fit. */
const narrowest = 8

/**
 * A table with a row of names: of all members, in the order in which they come. Cells wrap where it would be wider than the terminal.
 *
 * @param width columns of the terminal
 * @returns `undefined`: the terminal is too narrow for a table
 */
export function renderTable(items: readonly JsonObject[], width: number): readonly string[] | undefined {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))]
  const rows = [names, ...items.map((item) => names.map((name) => cellText(item[name])))]
  const widths = fittingWidths(rows, width)
  if (widths === undefined) return undefined
  return columns(rows.flatMap((row) => linesOfRow(row.map((cell, at) => wrapped(cell, widths[at] ?? narrowest)))))
}

function cellText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

/** As wide as the widest cell; the widest columns give way. */
function fittingWidths(rows: readonly (readonly string[])[], width: number): readonly number[] | undefined {
  const wanted = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => displayWidth(row[at] ?? ''))))
  const room = width - gap * (wanted.length - 1)
  const total = (limit: number): number => wanted.reduce((sum, each) => sum + Math.min(each, limit), 0)
  if (total(narrowest) > room) return undefined
  let limit = narrowest
  while (limit < Math.max(...wanted) && total(limit + 1) <= room) limit += 1
  return wanted.map((each) => Math.min(each, limit))
}

/** Lines of at most so many columns, broken between words where it can be. */
function wrapped(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((each) => broken(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= width) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

/** A word in parts of at most so many columns. */
function broken(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word]
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  const parts: string[] = []
  let part = ''
  for (const { segment } of segmenter.segment(word)) {
    if (displayWidth(part + segment) > width) {
      parts.push(part)
      part = ''
    }
    part += segment
  }
  return [...parts, part]
}

let segmenter: Intl.Segmenter | undefined

/** Cells of several lines as rows of one line each. */
function linesOfRow(cells: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, at) => cells.map((lines) => lines[at] ?? ''))
}
