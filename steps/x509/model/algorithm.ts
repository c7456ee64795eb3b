import type { SignatureAlgorithm } from '../../../engine/step/capabilities.ts'
import { bytesEqual, hexOf } from './bytes.ts'
import { nullValue, oid, sequence } from './der.ts'
import { invalid } from './invalid.ts'

/** What an AlgorithmIdentifier names: family and hash. For ECDSA the curve is the key's affair. */
export const x509Algorithms = [
  'ecdsa-sha256',
  'ecdsa-sha384',
  'ecdsa-sha512',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
] as const

/** See {@link x509Algorithms}. */
export type X509Algorithm = (typeof x509Algorithms)[number]

/** Either vocabulary: names of runbooks and signers (`ecdsa-p384-sha384`), or of AlgorithmIdentifiers (`ecdsa-sha384`). */
export type AnySignatureAlgorithm = SignatureAlgorithm | X509Algorithm

/** Kinds of keys that sign. */
export type KeyFamily = 'ecdsa' | 'rsa'

interface Row {
  readonly oid: string
  readonly family: KeyFamily
  readonly hash: 'sha256' | 'sha384' | 'sha512'
}

const rows: Readonly<Record<X509Algorithm, Row>> = {
  'ecdsa-sha256': { oid: '1.2.840.10045.4.3.2', family: 'ecdsa', hash: 'sha256' },
  'ecdsa-sha384': { oid: '1.2.840.10045.4.3.3', family: 'ecdsa', hash: 'sha384' },
  'ecdsa-sha512': { oid: '1.2.840.10045.4.3.4', family: 'ecdsa', hash: 'sha512' },
  'rsa-pkcs1-sha256': { oid: '1.2.840.113549.1.1.11', family: 'rsa', hash: 'sha256' },
  'rsa-pkcs1-sha384': { oid: '1.2.840.113549.1.1.12', family: 'rsa', hash: 'sha384' },
  'rsa-pkcs1-sha512': { oid: '1.2.840.113549.1.1.13', family: 'rsa', hash: 'sha512' },
}

/** The name of what an AlgorithmIdentifier says about `algorithm`: the curve is dropped. */
export function x509Algorithm(algorithm: AnySignatureAlgorithm): X509Algorithm {
  switch (algorithm) {
    case 'ecdsa-p256-sha256':
      return 'ecdsa-sha256'
    case 'ecdsa-p384-sha384':
      return 'ecdsa-sha384'
    case 'ecdsa-sha256':
    case 'ecdsa-sha384':
    case 'ecdsa-sha512':
    case 'rsa-pkcs1-sha256':
    case 'rsa-pkcs1-sha384':
    case 'rsa-pkcs1-sha512':
      return algorithm
  }
}

/** The kind of key that makes such signatures. */
export function familyOf(algorithm: AnySignatureAlgorithm): KeyFamily {
  return rows[x509Algorithm(algorithm)].family
}

/** The digest that is signed, as `node:crypto` names it. */
export function hashOf(algorithm: AnySignatureAlgorithm): 'sha256' | 'sha384' | 'sha512' {
  return rows[x509Algorithm(algorithm)].hash
}

/** The curve that a runbook's name insists on. */
export function curveOf(algorithm: AnySignatureAlgorithm): 'P-256' | 'P-384' | undefined {
  if (algorithm === 'ecdsa-p256-sha256') return 'P-256'
  return algorithm === 'ecdsa-p384-sha384' ? 'P-384' : undefined
}

/** DER AlgorithmIdentifier: parameters absent for ECDSA (RFC 5758 section 3.2), NULL for RSA (RFC 4055 section 5). */
export function algorithmIdentifier(algorithm: AnySignatureAlgorithm): Uint8Array {
  const row = rows[x509Algorithm(algorithm)]
  return row.family === 'rsa' ? sequence(oid(row.oid), nullValue()) : sequence(oid(row.oid))
}

/** The algorithm of a DER AlgorithmIdentifier, `undefined` when it is none of ours or its parameters are wrong. */
export function findAlgorithm(identifier: Uint8Array): X509Algorithm | undefined {
  return x509Algorithms.find((algorithm) => bytesEqual(algorithmIdentifier(algorithm), identifier))
}

/** As {@link findAlgorithm}. @throws {StepError} `invalid` when it is none of ours */
export function algorithmOf(identifier: Uint8Array): X509Algorithm {
  const found = findAlgorithm(identifier)
  if (found === undefined) throw invalid(`signature algorithm \`${hexOf(identifier)}\` (DER) is not supported`)
  return found
}
