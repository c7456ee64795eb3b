import { sign, verify, type KeyObject } from 'node:crypto'
import { type AnySignatureAlgorithm, hashOf } from './algorithm.ts'
import { keyFits, publicKeyObject } from './public-key.ts'

/**
 * Verifies a signature.
 *
 * @param spki DER SubjectPublicKeyInfo
 * @param data the message itself, not its digest
 * @param signature as X.509 carries it: DER `ECDSA-Sig-Value`, or PKCS#1 v1.5 octets
 * @returns false too when the key cannot make signatures of this algorithm or the signature is malformed
 * @throws {StepError} `invalid` when `spki` is no public key
 */
export function verifySignature(
  spki: Uint8Array,
  algorithm: AnySignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = publicKeyObject(spki)
  if (!keyFits(spki, algorithm)) return false
  try {
    return verify(hashOf(algorithm), data, { key, dsaEncoding: 'der' }, signature)
  } catch {
    return false // OpenSSL throws on some malformed signatures and answers false on others
  }
}

/** Signs with a key in this process: throw-away keys of pre-issuance checks, and simulators. */
export function signLocally(privateKey: KeyObject, algorithm: AnySignatureAlgorithm, data: Uint8Array): Uint8Array {
  return Uint8Array.from(sign(hashOf(algorithm), data, { key: privateKey, dsaEncoding: 'der' }))
}
