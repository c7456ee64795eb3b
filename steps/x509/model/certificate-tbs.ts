import { type AnySignatureAlgorithm, algorithmIdentifier } from './algorithm.ts'
import { context, integer, sequence } from './der.ts'
import { encodeExtension, type Extension } from './extension.ts'
import { invalid } from './invalid.ts'
import { encodeSerial } from './serial.ts'
import { dateText, encodeTime, wholeSeconds } from './time.ts'

/** Everything a certificate says, each part as it will stand in the DER. */
export interface CertificateFields {
  /** 3 unless said otherwise; 1 for the certificates that a check must refuse. */
  readonly version?: 1 | 3
  /** Hex, positive, at most 20 octets. */
  readonly serial: string
  readonly signatureAlgorithm: AnySignatureAlgorithm
  /** DER Name. */
  readonly issuer: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** DER Name. */
  readonly subject: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKeySpki: Uint8Array
  /** In the order in which they are to be encoded; none leaves the field out. */
  readonly extensions: readonly Extension[]
}

/**
 * Encodes the to-be-signed part of any certificate, names and key copied byte for byte.
 *
 * @throws {StepError} `invalid` when the validity is empty, the serial number is improper, or version 1 has extensions
 * @see RFC 5280 section 4.1
 */
export function certificateTbs(fields: CertificateFields): Uint8Array {
  const { version = 3, extensions } = fields
  if (version === 1 && extensions.length > 0) throw invalid('a version 1 certificate has no extensions')
  if (!(wholeSeconds(fields.notAfter).getTime() > wholeSeconds(fields.notBefore).getTime()))
    throw invalid(`validity is empty: \`${dateText(fields.notAfter)}\` is not after \`${dateText(fields.notBefore)}\``)
  return sequence(
    ...(version === 3 ? [context(0, integer(2))] : []),
    encodeSerial(fields.serial),
    algorithmIdentifier(fields.signatureAlgorithm),
    fields.issuer,
    sequence(encodeTime(fields.notBefore), encodeTime(fields.notAfter)),
    fields.subject,
    fields.publicKeySpki,
    ...(extensions.length > 0 ? [encodeExtensions(3, extensions)] : []),
  )
}

/** Extensions inside their explicit tag: 3 in a certificate, 0 in a CRL. */
export function encodeExtensions(tagNumber: number, extensions: readonly Extension[]): Uint8Array {
  return context(tagNumber, sequence(...extensions.map(encodeExtension)))
}
