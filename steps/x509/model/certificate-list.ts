import { algorithmOf, findAlgorithm } from './algorithm.ts'
import type { Certificate } from './certificate.ts'
import { fingerprintSha256 } from './digest.ts'
import { derOf, encodePem } from './pem.ts'
import { verifySignature } from './signature.ts'
import { readSigned, type SignedParts } from './signed.ts'
import { readTbsCrl, type TbsCrl } from './tbs-crl.ts'

/** A CRL, read. */
export interface CertificateList extends TbsCrl, SignedParts {
  /** SHA-256 of the whole DER, lower-case hex. */
  readonly fingerprintSha256: string
}

/**
 * Reads one CRL.
 *
 * @param source DER, or PEM that is exactly one `X509 CRL` block
 * @throws {StepError} `invalid` when it is neither, or not DER of a CRL
 */
export function parseCertificateList(source: string | Uint8Array): CertificateList {
  const signed = readSigned(derOf('X509 CRL', source), 'CRL')
  return { ...readTbsCrl(signed.tbs), ...signed, fingerprintSha256: fingerprintSha256(signed.der) }
}

/** PEM of a CRL. */
export function certificateListPem(list: Uint8Array | CertificateList): string {
  return encodePem('X509 CRL', list instanceof Uint8Array ? list : list.der)
}

/**
 * True when the CRL's signature is by this key.
 *
 * @param issuer the issuer's certificate, or its public key as DER SubjectPublicKeyInfo
 * @throws {StepError} `invalid` when the signature algorithm is not supported
 */
export function verifyCertificateList(list: CertificateList, issuer: Certificate | Uint8Array): boolean {
  const spki = issuer instanceof Uint8Array ? issuer : issuer.spki
  const algorithm = algorithmOf(list.outerAlgorithmIdentifier)
  if (findAlgorithm(list.algorithmIdentifier) !== algorithm) return false
  return verifySignature(spki, algorithm, list.tbs, list.signature)
}
