import { hexOf } from './bytes.ts'
import { integer } from './der.ts'
import { readDer } from './der-reader.ts'
import { invalid } from './invalid.ts'

/**
 * Makes a certificate serial number.
 *
 * @param random at least 16 bytes from the token (`C_GenerateRandom`), most significant first
 * @returns a positive integer of 16 octets (126 random bits), as lower-case hex
 * @throws {RangeError} when fewer than 16 bytes are given
 * @see RFC 5280 section 4.1.2.2; CA/Browser Forum BR 7.1 (64 bits of CSPRNG output)
 */
export function serialFrom(random: Uint8Array): string {
  if (random.length < 16) throw new RangeError(`serial number needs 16 random bytes, got ${random.length}`)
  const bytes = Uint8Array.from(random.subarray(0, 16))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40 // not negative, no leading zero octet
  return hexOf(bytes)
}

/**
 * Encodes a serial number.
 *
 * @param serialHex hex digits; a leading `00` and colons are accepted
 * @throws {StepError} `invalid` when it is not positive or longer than 20 octets
 */
export function encodeSerial(serialHex: string): Uint8Array {
  const digits = serialHex.replaceAll(':', '')
  if (!/^[0-9a-f]+$/i.test(digits)) throw invalid(`serial number \`${serialHex}\` is not hex`)
  const der = integer(BigInt(`0x${digits}`))
  if (/^0+$/.test(digits)) throw invalid('serial number is zero')
  if (der.length > 22) throw invalid(`serial number \`${serialHex}\` is longer than 20 octets`)
  return der
}

/** Hex of a serial number as this model and the journal show it: lower case, whole octets, no sign octet, `-` when negative. */
export function serialText(serial: bigint): string {
  const digits = (serial < 0n ? -serial : serial).toString(16)
  return `${serial < 0n ? '-' : ''}${digits.length % 2 === 0 ? '' : '0'}${digits}`
}

/** How many octets a serial number takes in DER, sign octet included. */
export function serialOctets(serial: bigint): number {
  return readDer(integer(serial), 'serial number').content.length
}
