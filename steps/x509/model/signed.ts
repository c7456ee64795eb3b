import { type AnySignatureAlgorithm, algorithmIdentifier } from './algorithm.ts'
import { bitString, sequence, tags } from './der.ts'
import { DerFields, readDer } from './der-reader.ts'
import { readBitString } from './der-values.ts'

/** What certificates, CRLs and certificate requests have in common: what is signed, how, and the signature. */
export interface SignedParts {
  /** The whole, DER. */
  readonly der: Uint8Array
  /** What the signature is over, DER. */
  readonly tbs: Uint8Array
  /** The outer AlgorithmIdentifier, DER. */
  readonly outerAlgorithmIdentifier: Uint8Array
  readonly signature: Uint8Array
}

/** Splits a signed structure. @throws {StepError} `invalid` when it is none */
export function readSigned(der: Uint8Array, what: string): SignedParts {
  const fields = new DerFields(readDer(der, what), what)
  const tbs = fields.next(tags.sequence, 'to-be-signed part').bytes
  const algorithm = fields.next(tags.sequence, 'signature algorithm').bytes
  const signature = readBitString(fields.next(tags.bitString, 'signature'), 'signature')
  fields.end()
  return { der, tbs, outerAlgorithmIdentifier: algorithm, signature }
}

/** Puts a signed structure together without looking into its parts. */
export function encodeSigned(tbs: Uint8Array, algorithm: AnySignatureAlgorithm, signature: Uint8Array): Uint8Array {
  return sequence(tbs, algorithmIdentifier(algorithm), bitString(signature))
}
