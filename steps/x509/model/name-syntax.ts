import { invalid } from './invalid.ts'

/** One `type=value` as written: text without its escapes, or the hex after `#`. */
export interface WrittenAttribute {
  readonly type: string
  readonly value: string | { readonly derHex: string }
}

/**
 * Splits the text of a distinguished name (RFC 4514 section 3) into its sets of attributes, in the order written. Blanks
 * around types, values and separators do not count.
 *
 * @throws {StepError} `invalid` with the character where the text goes wrong
 */
export function splitName(text: string): WrittenAttribute[][] {
  if (text.trim() === '') throw invalid('name is empty', 'write it as `C=US, O=Example Corp, CN=Example Root`')
  const sets: WrittenAttribute[][] = [[]]
  for (let at = 0; ;) {
    const type = /^\s*([A-Za-z][A-Za-z0-9.-]*|\d+(?:\.\d+)+)\s*=\s*/.exec(text.slice(at))
    if (type === null) throw invalid(`name has no \`type=value\` at character ${at + 1}: \`${text}\``)
    at += type[0].length
    const { value, end } = readValue(text, at)
    sets.at(-1)?.push({ type: type[1] ?? '', value })
    if (end >= text.length) return sets
    if (text[end] === ',') sets.push([])
    at = end + 1
  }
}

function readValue(text: string, start: number): { value: WrittenAttribute['value']; end: number } {
  const der = /^#((?:[0-9a-f]{2})+)\s*(?=[,+]|$)/i.exec(text.slice(start))
  if (der !== null) return { value: { derHex: der[1] ?? '' }, end: start + der[0].length }
  const octets: number[] = []
  let kept = 0 // octets up to here are not trailing blanks
  let at = start
  while (at < text.length && text[at] !== ',' && text[at] !== '+') {
    const escape = /^\\(?:([0-9a-f]{2})|([ "#+,;<=>\\]))/i.exec(text.slice(at, at + 3))
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (escape !== null) {
      octets.push(escape[1] === undefined ? (escape[2] ?? '').charCodeAt(0) : Number.parseInt(escape[1], 16))
      kept = octets.length
      at += escape[0].length
      continue
    }
    if ('\\";<>\0'.includes(character) || (character === '#' && octets.length === 0))
      throw invalid(`name has an unescaped \`${character}\` at character ${at + 1}`, `write \`\\${character}\``)
    octets.push(...new TextEncoder().encode(character))
    if (character.trim() !== '') kept = octets.length
    at += character.length
  }
  return { value: textOf(octets.slice(0, kept), start), end: at }
}

function textOf(octets: readonly number[], start: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(octets))
  } catch {
    throw invalid(`name has escapes that are not proper UTF-8 at character ${start + 1}`)
  }
}
