import type { AnySignatureAlgorithm } from './algorithm.ts'
import { readDer } from './der-reader.ts'
import type { Certificate } from './certificate.ts'
import { certificateTbs } from './certificate-tbs.ts'
import { keyIdentifier } from './digest.ts'
import {
  authorityKeyIdentifier,
  basicConstraints,
  crlDistributionPoints,
  extendedKeyUsage,
  keyUsage,
  subjectAlternativeName,
  subjectKeyIdentifier,
} from './extension.ts'
import type { GeneralName } from './general-name.ts'
import { issuerKeyIdentifier, requireIssuable } from './issuer.ts'
import { parsePublicKey } from './public-key.ts'
import type { KeyUsage } from './usages.ts'

/** What an end-entity certificate says. */
export interface EndEntityFields {
  readonly issuer: Certificate
  /** DER Name; may be empty when there are alternative names, which are critical then. */
  readonly subject: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKeySpki: Uint8Array
  /** Hex, as `serialFrom` makes it. */
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** The issuer's. */
  readonly signatureAlgorithm: AnySignatureAlgorithm
  readonly keyUsage: readonly KeyUsage[]
  /** Object identifiers. */
  readonly extendedKeyUsage?: readonly string[]
  readonly alternativeNames?: readonly GeneralName[]
  /** URL of the issuer's CRL. */
  readonly crlDistributionPoint?: string | undefined
}

/**
 * Encodes the to-be-signed part of an end-entity certificate: basic constraints without CA (not critical), key usage
 * critical, both key identifiers.
 *
 * @throws {StepError} `invalid` when a field is improper or the issuer may not issue it
 */
export function endEntityTbs(fields: EndEntityFields): Uint8Array {
  requireIssuable(fields.issuer, fields)
  const publicKeySpki = parsePublicKey(fields.publicKeySpki)
  const { extendedKeyUsage: purposes = [], alternativeNames = [], crlDistributionPoint } = fields
  const subjectEmpty = readDer(fields.subject, 'subject').content.length === 0
  return certificateTbs({
    serial: fields.serial,
    signatureAlgorithm: fields.signatureAlgorithm,
    issuer: fields.issuer.subject,
    notBefore: fields.notBefore,
    notAfter: fields.notAfter,
    subject: fields.subject,
    publicKeySpki,
    extensions: [
      basicConstraints({ ca: false }, false),
      keyUsage(fields.keyUsage),
      ...(purposes.length > 0 ? [extendedKeyUsage(purposes)] : []),
      ...(alternativeNames.length > 0 ? [subjectAlternativeName(alternativeNames, subjectEmpty)] : []),
      subjectKeyIdentifier(keyIdentifier(publicKeySpki)),
      authorityKeyIdentifier(issuerKeyIdentifier(fields.issuer)),
      ...(crlDistributionPoint === undefined ? [] : [crlDistributionPoints([crlDistributionPoint])]),
    ],
  })
}
