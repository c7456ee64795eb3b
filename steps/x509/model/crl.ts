import { type AnySignatureAlgorithm, algorithmIdentifier } from './algorithm.ts'
import type { Certificate } from './certificate.ts'
import { encodeExtensions } from './certificate-tbs.ts'
import { enumerated, integer, sequence } from './der.ts'
import { authorityKeyIdentifier, crlNumber, encodeExtension, type Extension } from './extension.ts'
import { invalid } from './invalid.ts'
import { issuerKeyIdentifier } from './issuer.ts'
import { extensionOids } from './oids.ts'
import { requireKeyFits } from './public-key.ts'
import { encodeSerial } from './serial.ts'
import { dateText, encodeTime, wholeSeconds } from './time.ts'
import { type RevocationReason, revocationReasons } from './usages.ts'

/** One certificate to revoke. */
interface Revoked {
  /** Hex. */
  readonly serial: string
  readonly revokedAt: Date
  /** Absent and `unspecified` are the same: RFC 5280 section 5.3.1 wants no code then. */
  readonly reason?: RevocationReason | undefined
}

/** What a CRL says. */
export interface CrlFields {
  readonly issuer: Certificate
  readonly signatureAlgorithm: AnySignatureAlgorithm
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Must grow from CRL to CRL of one issuer. */
  readonly crlNumber: bigint | number
  /** In the order in which they are to be listed; may be empty. */
  readonly revoked: readonly Revoked[]
  /** Further extensions, such as an issuing distribution point. */
  readonly extensions?: readonly Extension[]
}

/**
 * Encodes the to-be-signed part of a version 2 CRL with authority key identifier and CRL number.
 *
 * @throws {StepError} `invalid` when nextUpdate is not after thisUpdate, a serial number is listed twice, a revocation
 *   lies after thisUpdate, or the issuer may not sign CRLs
 * @see RFC 5280 section 5.1
 */
export function crlTbs(fields: CrlFields): Uint8Array {
  const { issuer, revoked } = fields
  requireKeyFits(issuer.spki, fields.signatureAlgorithm)
  if (issuer.decoded.keyUsage?.includes('cRLSign') === false)
    throw invalid(`issuer \`${issuer.subjectText}\` may not sign CRLs (key usage)`)
  if (!(wholeSeconds(fields.nextUpdate) > wholeSeconds(fields.thisUpdate)))
    throw invalid(
      `next update \`${dateText(fields.nextUpdate)}\` is not after this update \`${dateText(fields.thisUpdate)}\``,
    )
  const entries = revoked.map((entry) => encodeEntry(entry, fields.thisUpdate))
  requireOnce(revoked)
  return sequence(
    integer(1),
    algorithmIdentifier(fields.signatureAlgorithm),
    issuer.subject,
    encodeTime(fields.thisUpdate),
    encodeTime(fields.nextUpdate),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    encodeExtensions(0, [
      authorityKeyIdentifier(issuerKeyIdentifier(issuer)),
      crlNumber(fields.crlNumber),
      ...(fields.extensions ?? []),
    ]),
  )
}

function encodeEntry({ serial, revokedAt, reason }: Revoked, thisUpdate: Date): Uint8Array {
  if (wholeSeconds(revokedAt) > wholeSeconds(thisUpdate))
    throw invalid(
      `serial number \`${serial}\` would be revoked at \`${dateText(revokedAt)}\`, after this update \`${dateText(thisUpdate)}\``,
    )
  const code = revocationReasons[reason ?? 'unspecified']
  const extension: Extension = { oid: extensionOids.reasonCode, critical: false, value: enumerated(code) }
  return sequence(
    encodeSerial(serial),
    encodeTime(revokedAt),
    ...(code === 0 ? [] : [sequence(encodeExtension(extension))]),
  )
}

function requireOnce(revoked: readonly Revoked[]): void {
  const seen = new Set<string>()
  for (const { serial } of revoked) {
    const key = Buffer.from(encodeSerial(serial)).toString('hex')
    if (seen.has(key)) throw invalid(`serial number \`${serial}\` is listed twice`)
    seen.add(key)
  }
}
