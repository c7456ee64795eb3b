import { displayWidth } from '../diagnostics/display-width.ts'
import { cutText } from './cut-text.ts'
import type { Paint, Style } from './paint.ts'

/** A part of a row. */
export interface Cell {
  readonly text: string
  readonly style?: Style
  /** Made shorter when the row is too long, before anything else goes; at most one of a row. */
  readonly gives?: true
}

/** So little of a title tells nothing. */
const leastColumns = 8

/** Cells as one row that never wraps: what `gives` is cut first, then what stands last. */
export function paintRow(cells: readonly Cell[], columns: number, paint: Paint, ellipsis: string): string {
  const widths = cells.map(({ text }) => displayWidth(cutText(text, 4 * columns, ellipsis)))
  const firm = cells.reduce((sum, { gives }, at) => (gives === true ? sum : sum + (widths[at] ?? 0)), 0)
  let left = columns
  let row = ''
  for (const [at, { text, style, gives }] of cells.entries()) {
    const wanted = widths[at] ?? 0
    const room = gives === true ? Math.min(left, columns - firm) : left
    if (gives === true && room < Math.min(wanted, leastColumns)) continue
    const shown = cutText(text, room, ellipsis)
    row += style === undefined || shown === '' ? shown : paint(shown, style)
    left -= displayWidth(shown)
    if (left <= 0 || (gives !== true && wanted > room)) break
  }
  return row
}
