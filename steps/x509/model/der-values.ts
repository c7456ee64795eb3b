import { hexOf } from './bytes.ts'
import { tags } from './der.ts'
import { type DerValue, expectTag } from './der-reader.ts'
import { invalid } from './invalid.ts'

/** The value of an INTEGER or ENUMERATED, whose encoding must be the shortest. */
export function readInteger(value: DerValue, what: string, tag: number = tags.integer): bigint {
  const { content } = expectTag(value, tag, what)
  const [first, second] = content
  if (first === undefined) throw invalid(`${what} is empty`)
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw invalid(`${what} is not encoded in the shortest way`)
  return BigInt.asIntN(content.length * 8, BigInt(`0x${hexOf(content)}`))
}

/** The value of an INTEGER that a program counts with, such as a version or a path length. */
export function readSmallInteger(value: DerValue, what: string, tag?: number): number {
  const number = readInteger(value, what, tag)
  if (number < -0x7fffffffn || number > 0x7fffffffn) throw invalid(`${what} is out of range: \`${number}\``)
  return Number(number)
}

/** The value of a BOOLEAN, TRUE being 0xff as DER wants. */
export function readBoolean(value: DerValue, what: string): boolean {
  const { content } = expectTag(value, tags.boolean, what)
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw invalid(`${what} is not a DER BOOLEAN`)
  return content[0] === 0xff
}

/** Dotted decimal of an OBJECT IDENTIFIER. */
export function readOid(value: DerValue, what: string): string {
  return dottedOf(expectTag(value, tags.oid, what).content, what)
}

/** Dotted decimal of an object identifier's content octets, which is what an IMPLICIT tag holds. */
export function dottedOf(content: Uint8Array, what: string): string {
  const arcs: bigint[] = []
  let arc = 0n
  let fresh = true
  for (const octet of content) {
    if (fresh && octet === 0x80) throw invalid(`${what} has an arc that is not encoded in the shortest way`)
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    fresh = octet < 0x80
    if (!fresh) continue
    arcs.push(arc)
    arc = 0n
  }
  const [head, ...rest] = arcs
  if (head === undefined || !fresh) throw invalid(`${what} ends early`)
  const first = head < 80n ? head / 40n : 2n
  return [first, head - first * 40n, ...rest].join('.')
}

/** Octets of a BIT STRING that has no unused bits. */
export function readBitString(value: DerValue, what: string): Uint8Array {
  const { content } = expectTag(value, tags.bitString, what)
  if (content[0] !== 0) throw invalid(`${what} is not a BIT STRING of whole octets`)
  return content.subarray(1)
}

/** Numbers of the bits that are set in a BIT STRING of named bits, ascending. Trailing zero bits are not DER. */
export function readNamedBits(value: DerValue, what: string): number[] {
  return bitsOf(expectTag(value, tags.bitString, what).content, what)
}

/** As {@link readNamedBits}, from content octets. */
export function bitsOf(content: Uint8Array, what: string): number[] {
  const unused = content[0]
  const octets = content.subarray(1)
  if (unused === undefined || unused > 7 || (octets.length === 0 && unused > 0))
    throw invalid(`${what} is not a BIT STRING`)
  const bits: number[] = []
  for (let bit = 0; bit < octets.length * 8; bit++)
    if (((octets[Math.floor(bit / 8)] ?? 0) & (0x80 >> (bit % 8))) !== 0) bits.push(bit)
  const last = octets.length * 8 - unused - 1
  if (octets.length > 0 && bits.at(-1) !== last)
    throw invalid(`${what} has trailing zero bits or unused bits that are set`)
  return bits
}

/**
 * Text of a character string of any type that X.509 allows.
 *
 * @throws {StepError} `invalid` when it is no such type or its octets are not of that type
 */
export function readText(value: DerValue, what: string): string {
  const { content } = value
  switch (value.tag) {
    case tags.utf8String:
      return decode('utf-8', content, what)
    case tags.printableString:
    case tags.ia5String:
      return asciiText(content, what)
    case tags.teletexString:
      return String.fromCharCode(...content)
    case tags.bmpString:
      if (content.length % 2 !== 0) throw invalid(`${what} is not a BMPString`)
      return decode('utf-16le', Buffer.from(content).swap16(), what)
    default:
      throw invalid(`${what} is not a character string (tag 0x${value.tag.toString(16).padStart(2, '0')})`)
  }
}

/** @throws {StepError} `invalid` when an octet is not ASCII */
export function asciiText(content: Uint8Array, what: string): string {
  if (content.some((octet) => octet > 0x7f)) throw invalid(`${what} has octets that are not ASCII`)
  return Buffer.from(content).toString('latin1')
}

function decode(encoding: string, content: Uint8Array, what: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    throw invalid(`${what} is not proper ${encoding}`)
  }
}
