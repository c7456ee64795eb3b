import type { AnySignatureAlgorithm } from './algorithm.ts'
import type { Certificate } from './certificate.ts'
import { certificateTbs } from './certificate-tbs.ts'
import { type CertificateRequest, verifyCsr } from './csr.ts'
import { keyIdentifier } from './digest.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  crlDistributionPoints,
  keyUsage,
  subjectKeyIdentifier,
} from './extension.ts'
import { invalid } from './invalid.ts'
import { issuerKeyIdentifier, requireIssuable, requireNamed } from './issuer.ts'

/** What a subordinate CA certificate says. */
export interface SubordinateFields {
  readonly issuer: Certificate
  readonly csr: CertificateRequest
  /** Hex, as `serialFrom` makes it. */
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** How many CAs may stand below it; absent means any number. */
  readonly pathLength?: number | undefined
  /** URL of the issuer's CRL. */
  readonly crlDistributionPoint?: string | undefined
  /** The issuer's. */
  readonly signatureAlgorithm: AnySignatureAlgorithm
}

/**
 * Encodes the to-be-signed part of a subordinate CA: issuer copied byte for byte from the issuer's subject, subject and
 * key from the request. Nothing else of the request is taken over.
 *
 * @throws {StepError} `invalid` when the request is not signed by its key, the certificate would outlive its issuer, or
 *   the issuer's path length forbids it
 * @see RFC 5280 section 4.2.1
 */
export function subordinateTbs(fields: SubordinateFields): Uint8Array {
  const { issuer, csr, pathLength } = fields
  if (!verifyCsr(csr)) throw invalid(`certificate request \`${csr.subjectText}\` is not signed by its own key`)
  requireIssuable(issuer, fields)
  requireNamed(csr.subject)
  const limit = issuer.decoded.basicConstraints?.pathLength
  if (limit !== undefined && (pathLength ?? Infinity) >= limit)
    throw invalid(
      `path length \`${pathLength ?? 'unlimited'}\` is not below that of issuer \`${issuer.subjectText}\`, \`${limit}\``,
    )
  return certificateTbs({
    serial: fields.serial,
    signatureAlgorithm: fields.signatureAlgorithm,
    issuer: issuer.subject,
    notBefore: fields.notBefore,
    notAfter: fields.notAfter,
    subject: csr.subject,
    publicKeySpki: csr.spki,
    extensions: [
      basicConstraints({ ca: true, pathLength }),
      keyUsage(['digitalSignature', 'keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(keyIdentifier(csr.spki)),
      authorityKeyIdentifier(issuerKeyIdentifier(issuer)),
      ...(fields.crlDistributionPoint === undefined ? [] : [crlDistributionPoints([fields.crlDistributionPoint])]),
    ],
  })
}
