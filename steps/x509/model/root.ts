import type { AnySignatureAlgorithm } from './algorithm.ts'
import { certificateTbs } from './certificate-tbs.ts'
import { keyIdentifier } from './digest.ts'
import { basicConstraints, keyUsage, subjectKeyIdentifier } from './extension.ts'
import { requireNamed } from './issuer.ts'
import { parsePublicKey, requireKeyFits } from './public-key.ts'

/** What a self-signed root says. */
export interface RootFields {
  /** DER Name, as `parseName` makes it. */
  readonly subject: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKeySpki: Uint8Array
  /** Hex, as `serialFrom` makes it. */
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly signatureAlgorithm: AnySignatureAlgorithm
  /** How many CAs may stand between the root and an end entity; absent means any number, as is usual in a root. */
  readonly pathLength?: number | undefined
}

/**
 * Encodes the to-be-signed part of a self-signed root: version 3, basic constraints and key usage (keyCertSign, cRLSign)
 * critical, subject key identifier by method 1, nothing else.
 *
 * @throws {StepError} `invalid` when a field is improper or the key cannot make such signatures
 * @see RFC 5280 section 4.2.1; CA/Browser Forum BR 7.1.2.1
 */
export function rootTbs(fields: RootFields): Uint8Array {
  const publicKeySpki = parsePublicKey(fields.publicKeySpki)
  requireKeyFits(publicKeySpki, fields.signatureAlgorithm)
  requireNamed(fields.subject)
  return certificateTbs({
    serial: fields.serial,
    signatureAlgorithm: fields.signatureAlgorithm,
    issuer: fields.subject,
    notBefore: fields.notBefore,
    notAfter: fields.notAfter,
    subject: fields.subject,
    publicKeySpki,
    extensions: [
      basicConstraints({ ca: true, pathLength: fields.pathLength }),
      keyUsage(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(keyIdentifier(publicKeySpki)),
    ],
  })
}
