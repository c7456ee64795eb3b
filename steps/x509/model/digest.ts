import { createHash } from 'node:crypto'
import { readBitString } from './der-values.ts'
import { DerFields, readDer } from './der-reader.ts'
import { tags } from './der.ts'

/** SHA-256, lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Fingerprint of a certificate or CRL: SHA-256 of its whole DER, lower-case hex. */
export function fingerprintSha256(der: Uint8Array): string {
  return sha256Hex(der)
}

/** Identity of a public key: SHA-256 of its DER SubjectPublicKeyInfo, lower-case hex. */
export function spkiSha256(spki: Uint8Array): string {
  return sha256Hex(spki)
}

/**
 * Key identifier of a public key: SHA-1 of the subjectPublicKey BIT STRING without tag, length and unused-bits octet.
 *
 * @see RFC 5280 section 4.2.1.2, method 1
 */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  const fields = new DerFields(readDer(spki, 'public key'), 'public key')
  fields.next(tags.sequence, 'algorithm')
  const key = readBitString(fields.next(tags.bitString, 'key bits'), 'key bits')
  return Uint8Array.from(createHash('sha1').update(key).digest())
}
