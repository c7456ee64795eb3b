import { createPublicKey, type KeyObject } from 'node:crypto'
import { type AnySignatureAlgorithm, curveOf, familyOf } from './algorithm.ts'
import { tags } from './der.ts'
import { DerFields, readDer } from './der-reader.ts'
import { readBitString, readInteger, readOid } from './der-values.ts'
import { invalid } from './invalid.ts'
import { derOf } from './pem.ts'

/** What a SubjectPublicKeyInfo holds. */
export type PublicKeyKind =
  | { readonly kind: 'rsa'; readonly modulusBits: number; readonly modulus: bigint; readonly exponent: bigint }
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'other'; readonly oid: string }

const curves: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
}

/**
 * Reads a public key from PEM (`PUBLIC KEY`) or DER.
 *
 * @returns DER SubjectPublicKeyInfo, as given
 * @throws {StepError} `invalid` when it is no public key, or its point is not on its curve
 */
export function parsePublicKey(source: string | Uint8Array): Uint8Array {
  const spki = derOf('PUBLIC KEY', source)
  publicKeyObject(spki)
  return spki
}

/** The kind, size and curve of a SubjectPublicKeyInfo. @throws {StepError} `invalid` when it is none */
export function publicKeyKind(spki: Uint8Array): PublicKeyKind {
  const fields = new DerFields(readDer(spki, 'public key'), 'public key')
  const algorithm = new DerFields(fields.next(tags.sequence, 'algorithm'), 'key algorithm')
  const bits = readBitString(fields.next(tags.bitString, 'key bits'), 'key bits')
  fields.end()
  const oid = readOid(algorithm.next(tags.oid, 'identifier'), 'key algorithm')
  if (oid === '1.2.840.113549.1.1.1') {
    const key = new DerFields(readDer(bits, 'RSA key'), 'RSA key')
    const modulus = readInteger(key.next(tags.integer, 'modulus'), 'modulus')
    const exponent = readInteger(key.next(tags.integer, 'exponent'), 'exponent')
    return { kind: 'rsa', modulus, exponent, modulusBits: modulus.toString(2).length }
  }
  const parameters = algorithm.optional(tags.oid)
  if (oid !== '1.2.840.10045.2.1' || parameters === undefined) return { kind: 'other', oid }
  const curve = readOid(parameters, 'curve')
  return { kind: 'ec', curve: curves[curve] ?? curve }
}

/** `EC P-384`, `RSA 4096 bits`. */
export function publicKeyText(spki: Uint8Array): string {
  const key = publicKeyKind(spki)
  switch (key.kind) {
    case 'rsa':
      return `RSA ${key.modulusBits} bits, exponent ${key.exponent}`
    case 'ec':
      return `EC ${key.curve}`
    case 'other':
      return `key algorithm ${key.oid}`
  }
}

/** True when a key of this kind can make signatures of this algorithm. */
export function keyFits(spki: Uint8Array, algorithm: AnySignatureAlgorithm): boolean {
  const key = publicKeyKind(spki)
  if (familyOf(algorithm) === 'rsa') return key.kind === 'rsa'
  return key.kind === 'ec' && (curveOf(algorithm) ?? key.curve) === key.curve
}

/** @throws {StepError} `invalid` when a key of this kind cannot make signatures of this algorithm */
export function requireKeyFits(spki: Uint8Array, algorithm: AnySignatureAlgorithm): void {
  if (!keyFits(spki, algorithm)) throw invalid(`a key \`${publicKeyText(spki)}\` cannot sign \`${algorithm}\``)
}

/** The key for `node:crypto`. @throws {StepError} `invalid` when it is no proper public key */
export function publicKeyObject(spki: Uint8Array): KeyObject {
  readDer(spki, 'public key')
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch (cause) {
    throw invalid(`not a public key: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}
