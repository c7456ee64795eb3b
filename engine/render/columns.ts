import { displayWidth } from '../diagnostics/display-width.ts'

/**
 * Rows of cells as lines, each column as wide as its widest cell, two spaces between. The last column is not padded.
 *
 * @param width of a cell as shown; give one where cells hold colour codes
 */
export function columns(rows: readonly (readonly string[])[], width: (cell: string) => number = shownWidth): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, width(cell))))
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd(),
  )
}

/** Columns on a terminal, colour codes not counted. */
function shownWidth(cell: string): number {
  // oxlint-disable-next-line no-control-regex
  return displayWidth(cell.replaceAll(/\u001b\[[0-9;]*m/g, ''))
}

export function indent(lines: readonly string[], by = 2): string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(by) + line))
}
