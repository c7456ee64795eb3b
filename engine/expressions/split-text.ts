/** A piece of a string: text as it is, or what stands between `${{` and `}}`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `start` and `end` are indices of `source` in the string, trimmed; `opening` that of the `${{`. */
  | {
      readonly kind: 'expression'
      readonly source: string
      readonly start: number
      readonly end: number
      readonly opening: number
    }
  | { readonly kind: 'unclosed'; readonly opening: number }

/** Splits a string at its expressions. `$${{` is a literal `${{`. Braces and quotes of the expression may nest. */
export function splitText(value: string): readonly Piece[] {
  const pieces: Piece[] = []
  let text = ''
  let index = 0
  for (;;) {
    const opening = value.indexOf('${{', index)
    if (opening < 0) break
    if (value[opening - 1] === '$' && opening > index) {
      text += `${value.slice(index, opening - 1)}\${{`
      index = opening + 3
      continue
    }
    text += value.slice(index, opening)
    const close = closingOf(value, opening + 3)
    if (close === undefined) return [...pieces, { kind: 'unclosed', opening }]
    if (text !== '') pieces.push({ kind: 'text', text })
    text = ''
    const inner = value.slice(opening + 3, close)
    const start = opening + 3 + (inner.length - inner.trimStart().length)
    const source = inner.trim()
    pieces.push({ kind: 'expression', source, start, end: start + source.length, opening })
    index = close + 2
  }
  text += value.slice(index)
  return text === '' && pieces.length > 0 ? pieces : [...pieces, { kind: 'text', text }]
}

/** Index of the `}}` that closes the expression starting at `from`. */
function closingOf(value: string, from: number): number | undefined {
  let depth = 0
  let index = from
  while (index < value.length) {
    const character = value[index]
    if (character === '"' || character === "'") {
      index = afterString(value, index)
      continue
    }
    if (character === '{') depth++
    else if (character === '}' && depth > 0) depth--
    else if (character === '}' && value[index + 1] === '}') return index
    index++
  }
  return undefined
}

/** Index after the CEL string that starts at `from`; raw strings (`r"…"`) know no escapes. */
function afterString(value: string, from: number): number {
  const character = value[from] ?? ''
  const quote = value.startsWith(character.repeat(3), from) ? character.repeat(3) : character
  const raw = /(^|[^A-Za-z0-9_])([rR][bB]?|[bB][rR])$/.test(value.slice(Math.max(0, from - 3), from))
  let index = from + quote.length
  while (index < value.length) {
    if (value.startsWith(quote, index)) return index + quote.length
    index += !raw && value[index] === '\\' ? 2 : 1
  }
  // Unterminated: let the expression end where it would without the string, so that CEL can say what is wrong.
  return from + quote.length
}
