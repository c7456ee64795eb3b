/** A place in a text as people count: both one-based; the column counts characters (code points). */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The position of a UTF-16 offset. Lines end with LF, CR LF or CR. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  const lines = before.split(lineEnd)
  // A CR whose LF lies behind the offset has not ended its line yet.
  const splitEnd = before.endsWith('\r') && text[offset] === '\n'
  const line = splitEnd ? lines.length - 1 : lines.length
  const lastLine = (splitEnd ? lines.at(-2) : lines.at(-1)) ?? ''
  return { line, column: [...lastLine].length + 1 }
}

/** The lines of a text, without their ends. */
export function linesOf(text: string): readonly string[] {
  return text.split(lineEnd)
}

const lineEnd = /\r\n|\n|\r/
