/** A place in a text as people count: both one-based; the column counts characters (code points). */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The position of a UTF-16 offset. Lines end with LF, CR LF or CR. */
export function positionAt(text: string, offset: number): Position {
  const starts = lineStarts(text)
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: [...text.slice(starts[low], offset)].length + 1 }
}

/** The line that holds an offset, without its end, and where it starts. */
export function lineAround(text: string, offset: number): { readonly start: number; readonly line: string } {
  const starts = lineStarts(text)
  const { line } = positionAt(text, offset)
  const start = starts[line - 1] ?? 0
  return { start, line: text.slice(start, starts[line]).replace(/(\r\n|\n|\r)$/, '') }
}

/** Offsets of all lines; kept for the last text, because diagnostics of one file come together. */
function lineStarts(text: string): readonly number[] {
  if (last.text !== text)
    last = { text, starts: [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)] }
  return last.starts
}

let last: { readonly text: string; readonly starts: readonly number[] } = { text: '', starts: [0] }
