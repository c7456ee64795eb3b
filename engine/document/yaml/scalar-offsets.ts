/**
 * Maps indices of a scalar's value to offsets of its source, through indentation, folding, doubled quotes and escapes.
 * These change white space only, so the nth visible character of the value is the nth visible one of the source.
 *
 * @param source how the scalar is written, quotes and block header (`|-`) included
 * @param start offset of `source` in the file
 */
export function scalarOffsets(source: string, start: number, value: string): (index: number) => number {
  const body = bodyOf(source)
  let offsets: readonly number[] | undefined
  return (index) => {
    offsets ??= align(source, body, value)
    return start + (offsets[Math.min(index, offsets.length - 1)] ?? body.from)
  }
}

interface Body {
  readonly from: number
  readonly to: number
  readonly style: 'plain' | 'single' | 'double' | 'block'
}

function bodyOf(source: string): Body {
  const first = source[0]
  if (first === "'") return { from: 1, to: source.length - 1, style: 'single' }
  if (first === '"') return { from: 1, to: source.length - 1, style: 'double' }
  const header = /^[|>][^\r\n]*(\r\n|\n|\r)/.exec(source)
  return header === null
    ? { from: 0, to: source.length, style: 'plain' }
    : { from: header[0].length, to: source.length, style: 'block' }
}

function align(source: string, { from, to, style }: Body, value: string): readonly number[] {
  const offsets: number[] = []
  let at = from
  for (let index = 0; index < value.length; index++) {
    if (isSpace(value[index])) {
      // Escaped white space has a source of its own; any other stands where the text before it ended.
      const unit = style === 'double' && source[at] === '\\' ? unitAt(source, at, style) : undefined
      offsets.push(at)
      at += unit !== undefined && unit.visible === false ? unit.length : isSpace(source[at]) ? 1 : 0
      continue
    }
    while (at < to && isSkipped(source, at, style)) at++
    offsets.push(Math.min(at, to))
    at += unitAt(source, at, style).length
  }
  return [...offsets, Math.min(at, to)]
}

function isSkipped(source: string, at: number, style: Body['style']): boolean {
  if (isSpace(source[at])) return true
  return style === 'double' && source[at] === '\\' && isSpace(source[at + 1])
}

/** One character of the value in the source. */
function unitAt(
  source: string,
  at: number,
  style: Body['style'],
): { readonly length: number; readonly visible: boolean } {
  if (style === 'single' && source.startsWith("''", at)) return { length: 2, visible: true }
  if (style !== 'double' || source[at] !== '\\') return { length: 1, visible: true }
  const letter = source[at + 1] ?? ''
  return { length: escapeLengths[letter] ?? 2, visible: !' tnrfvNLP_ea0b'.includes(letter) }
}

const escapeLengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 }

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t'
}
