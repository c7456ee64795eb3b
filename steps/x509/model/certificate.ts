import { algorithmOf, findAlgorithm } from './algorithm.ts'
import { fingerprintSha256, spkiSha256 } from './digest.ts'
import { encodePem, decodePemBlocks, derOf } from './pem.ts'
import { verifySignature } from './signature.ts'
import { readSigned, type SignedParts } from './signed.ts'
import { readTbsCertificate, type TbsCertificate } from './tbs-certificate.ts'

/** A certificate, read. */
export interface Certificate extends TbsCertificate, SignedParts {
  /** SHA-256 of the whole DER, lower-case hex. */
  readonly fingerprintSha256: string
  /** SHA-256 of the public key, lower-case hex. */
  readonly spkiSha256: string
}

/**
 * Reads one certificate.
 *
 * @param source DER, or PEM that is exactly one `CERTIFICATE` block
 * @throws {StepError} `invalid` when it is neither, or not DER of a certificate
 */
export function parseCertificate(source: string | Uint8Array): Certificate {
  const signed = readSigned(derOf('CERTIFICATE', source), 'certificate')
  const tbs = readTbsCertificate(signed.tbs)
  return {
    ...tbs,
    ...signed,
    fingerprintSha256: fingerprintSha256(signed.der),
    spkiSha256: spkiSha256(tbs.spki),
  }
}

/** Reads PEM that is nothing but `CERTIFICATE` blocks, in their order. */
export function parseCertificates(pemText: string): Certificate[] {
  return decodePemBlocks('CERTIFICATE', pemText).map((der) => parseCertificate(der))
}

/** PEM of a certificate. */
export function certificatePem(certificate: Uint8Array | Certificate): string {
  return encodePem('CERTIFICATE', certificate instanceof Uint8Array ? certificate : certificate.der)
}

/**
 * True when the certificate's signature is by this key.
 *
 * @param issuer the issuer's certificate, or its public key as DER SubjectPublicKeyInfo
 * @throws {StepError} `invalid` when the signature algorithm is not supported
 */
export function verifyCertificate(certificate: Certificate, issuer: Certificate | Uint8Array): boolean {
  const spki = issuer instanceof Uint8Array ? issuer : issuer.spki
  const algorithm = algorithmOf(certificate.outerAlgorithmIdentifier)
  if (findAlgorithm(certificate.algorithmIdentifier) !== algorithm) return false
  return verifySignature(spki, algorithm, certificate.tbs, certificate.signature)
}
