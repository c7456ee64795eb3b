import type { AnySignatureAlgorithm } from './algorithm.ts'
import { bytesOfHex } from './bytes.ts'
import type { Certificate } from './certificate.ts'
import { keyIdentifier } from './digest.ts'
import { invalid } from './invalid.ts'
import { readName } from './name-text.ts'
import { requireKeyFits } from './public-key.ts'
import { dateText, wholeSeconds } from './time.ts'

/** Key identifier that certificates and CRLs of this issuer point to: its own, or by method 1 when it has none. */
export function issuerKeyIdentifier(issuer: Certificate): Uint8Array {
  const own = issuer.decoded.subjectKeyIdentifier
  return own === undefined ? keyIdentifier(issuer.spki) : bytesOfHex(own)
}

/**
 * Refuses what this issuer must not issue.
 *
 * @throws {StepError} `invalid` when the issuer is no CA, its key cannot make such signatures, or the certificate would
 *   be valid before or after its issuer
 */
export function requireIssuable(
  issuer: Certificate,
  wanted: { readonly notBefore: Date; readonly notAfter: Date; readonly signatureAlgorithm: AnySignatureAlgorithm },
): void {
  requireKeyFits(issuer.spki, wanted.signatureAlgorithm)
  if (issuer.decoded.basicConstraints?.ca !== true) throw invalid(`issuer \`${issuer.subjectText}\` is not a CA`)
  if (issuer.decoded.keyUsage?.includes('keyCertSign') === false)
    throw invalid(`issuer \`${issuer.subjectText}\` may not sign certificates (key usage)`)
  if (wholeSeconds(wanted.notBefore) < issuer.notBefore)
    throw invalid(
      `certificate would begin before its issuer: \`${dateText(wanted.notBefore)}\` is before \`${dateText(issuer.notBefore)}\``,
    )
  if (wholeSeconds(wanted.notAfter) > issuer.notAfter)
    throw invalid(
      `certificate would outlive its issuer: \`${dateText(wanted.notAfter)}\` is after \`${dateText(issuer.notAfter)}\``,
    )
}

/** @throws {StepError} `invalid` when a CA would have no name (RFC 5280 section 4.1.2.6) */
export function requireNamed(subject: Uint8Array): void {
  if (readName(subject).length === 0) throw invalid('subject of a CA is empty')
}
