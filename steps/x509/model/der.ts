import { compareBytes, concatBytes } from './bytes.ts'
import { invalid } from './invalid.ts'

/** DER tags of the universal class that X.509 uses, constructed bit included. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  nullValue: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** One DER value: tag octet, minimal definite length, content (X.690 section 10.1). */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(content)
  return concatBytes([Uint8Array.of(tag, ...lengthOctets(body.length)), body])
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 | octets.length, ...octets]
}

/** SEQUENCE of values that are already DER. */
export function sequence(...values: readonly Uint8Array[]): Uint8Array {
  return tlv(tags.sequence, ...values)
}

/** SET OF, its elements put in the order DER wants. */
export function setOf(...values: readonly Uint8Array[]): Uint8Array {
  return tlv(tags.set, ...values.toSorted(compareBytes))
}

/** Context-specific constructed tag, for EXPLICIT tagging and for IMPLICIT tags over constructed values. */
export function context(number: number, ...values: readonly Uint8Array[]): Uint8Array {
  return tlv(0xa0 | number, ...values)
}

/** Context-specific primitive tag: IMPLICIT over a primitive value's content. */
export function contextPrimitive(number: number, content: Uint8Array): Uint8Array {
  return tlv(0x80 | number, content)
}

/** INTEGER, shortest two's complement. */
export function integer(value: bigint | number): Uint8Array {
  return tlv(tags.integer, twosComplement(BigInt(value)))
}

/** ENUMERATED, such as a CRL reason. */
export function enumerated(value: number): Uint8Array {
  return tlv(tags.enumerated, twosComplement(BigInt(value)))
}

function twosComplement(value: bigint): Uint8Array {
  const octets: number[] = []
  let rest = value
  do {
    octets.unshift(Number(BigInt.asUintN(8, rest)))
    rest >>= 8n
  } while (rest !== (octets[0] !== undefined && octets[0] >= 0x80 ? -1n : 0n))
  return Uint8Array.from(octets)
}

/** BOOLEAN TRUE. FALSE is always a DEFAULT in X.509 and so never written. */
export function booleanTrue(): Uint8Array {
  return tlv(tags.boolean, Uint8Array.of(0xff))
}

/** OCTET STRING. */
export function octetString(content: Uint8Array): Uint8Array {
  return tlv(tags.octetString, content)
}

/** BIT STRING of whole octets, as for keys and signatures. */
export function bitString(content: Uint8Array): Uint8Array {
  return tlv(tags.bitString, Uint8Array.of(0), content)
}

/** BIT STRING of named bits: bit 0 is the most significant, trailing zero bits are cut (X.690 section 11.2.2). */
export function namedBits(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits)
  const octets = new Uint8Array(1 + Math.ceil((highest + 1) / 8))
  octets[0] = (8 - ((highest + 1) % 8)) % 8
  for (const bit of bits) {
    const index = 1 + Math.floor(bit / 8)
    octets[index] = (octets[index] ?? 0) | (0x80 >> (bit % 8))
  }
  return tlv(tags.bitString, octets)
}

/** NULL. */
export function nullValue(): Uint8Array {
  return tlv(tags.nullValue)
}

/**
 * OBJECT IDENTIFIER from dotted decimal.
 *
 * @throws {StepError} `invalid` when it is not an object identifier
 */
export function oid(dotted: string): Uint8Array {
  const arcs = /^\d+(?:\.\d+)+$/.test(dotted) ? dotted.split('.').map(BigInt) : []
  const [first, second, ...rest] = arcs
  if (first === undefined || second === undefined || first > 2n || (first < 2n && second > 39n))
    throw invalid(`\`${dotted}\` is not an object identifier`)
  return tlv(tags.oid, ...[first * 40n + second, ...rest].map(base128))
}

function base128(arc: bigint): Uint8Array {
  const octets = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.from(octets)
}

/** UTF8String. */
export function utf8String(text: string): Uint8Array {
  return tlv(tags.utf8String, new TextEncoder().encode(text))
}

/** True when `text` fits PrintableString (X.680 section 41.4). */
export function isPrintable(text: string): boolean {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)
}

/** @throws {StepError} `invalid` when `text` has a character that PrintableString has not */
export function printableString(text: string): Uint8Array {
  if (!isPrintable(text)) throw invalid(`\`${text}\` has characters that PrintableString has not`)
  return tlv(tags.printableString, new TextEncoder().encode(text))
}

/** @throws {StepError} `invalid` when `text` is not ASCII */
export function ia5String(text: string): Uint8Array {
  return tlv(tags.ia5String, ascii(text))
}

/** ASCII octets. @throws {StepError} `invalid` when `text` is not ASCII */
export function ascii(text: string): Uint8Array {
  if (!/^[\x00-\x7f]*$/.test(text)) throw invalid(`\`${text}\` is not ASCII`)
  return new TextEncoder().encode(text)
}
