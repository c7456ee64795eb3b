import { findAlgorithm, type X509Algorithm } from './algorithm.ts'
import { tags } from './der.ts'
import { childrenOf, DerFields, type DerValue, expectTag, readDer } from './der-reader.ts'
import { readBoolean, readInteger, readOid, readSmallInteger } from './der-values.ts'
import { decodeExtensions, type DecodedExtensions } from './decode-extensions.ts'
import type { Extension } from './extension.ts'
import { invalid } from './invalid.ts'
import { printName } from './name-text.ts'
import { publicKeyKind } from './public-key.ts'
import { serialText } from './serial.ts'
import { decodeTime, type X509Time } from './time.ts'

/** The to-be-signed part of a certificate, read. Byte fields are slices of what was read. */
export interface TbsCertificate {
  readonly kind: 'certificate'
  /** The whole to-be-signed part, DER. */
  readonly tbs: Uint8Array
  /** 1, 2 or 3. */
  readonly version: number
  readonly serial: bigint
  /** Lower-case hex, whole octets, no sign octet. */
  readonly serialHex: string
  /** The inner AlgorithmIdentifier, DER. */
  readonly algorithmIdentifier: Uint8Array
  /** `undefined` when this model does not know it. */
  readonly signatureAlgorithm: X509Algorithm | undefined
  /** DER Name, and as printed. */
  readonly issuer: Uint8Array
  readonly issuerText: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly validity: { readonly notBefore: X509Time; readonly notAfter: X509Time }
  /** DER Name, and as printed. */
  readonly subject: Uint8Array
  readonly subjectText: string
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** True when issuerUniqueID or subjectUniqueID is there. */
  readonly uniqueIdentifiers: boolean
  readonly extensions: readonly Extension[]
  readonly decoded: DecodedExtensions
}

/**
 * Reads the to-be-signed part of a certificate.
 *
 * @throws {StepError} `invalid` when it is not DER of that structure. What an extension holds is not judged here: see
 *   `decoded.undecodable`
 */
export function readTbsCertificate(tbs: Uint8Array): TbsCertificate {
  const what = 'certificate'
  const fields = new DerFields(readDer(tbs, what), what)
  const version = fields.optional(0xa0)
  const serial = readInteger(fields.next(tags.integer, 'serial number'), 'serial number')
  const algorithm = fields.next(tags.sequence, 'signature algorithm')
  const issuer = fields.next(tags.sequence, 'issuer').bytes
  const dates = new DerFields(fields.next(tags.sequence, 'validity'), 'validity')
  const validity = {
    notBefore: decodeTime(dates.any('notBefore'), 'notBefore'),
    notAfter: decodeTime(dates.any('notAfter'), 'notAfter'),
  }
  dates.end()
  const subject = fields.next(tags.sequence, 'subject').bytes
  const spki = fields.next(tags.sequence, 'public key').bytes
  publicKeyKind(spki)
  const uniqueIds = [fields.optional(0x81, 0xa1), fields.optional(0x82, 0xa2)]
  const extensions = readExtensions(fields.optional(0xa3))
  fields.end()
  return {
    kind: 'certificate',
    tbs,
    version: version === undefined ? 1 : readVersion(version),
    serial,
    serialHex: serialText(serial),
    algorithmIdentifier: algorithm.bytes,
    signatureAlgorithm: findAlgorithm(algorithm.bytes),
    issuer,
    issuerText: printName(issuer),
    notBefore: validity.notBefore.date,
    notAfter: validity.notAfter.date,
    validity,
    subject,
    subjectText: printName(subject),
    spki,
    uniqueIdentifiers: uniqueIds.some((id) => id !== undefined),
    extensions,
    decoded: decodeExtensions(extensions),
  }
}

function readVersion(wrapped: DerValue): number {
  const version = readSmallInteger(readDer(wrapped.content, 'version'), 'version') + 1
  if (version < 1 || version > 3) throw invalid(`certificate version \`${version}\` is unknown`)
  return version
}

/** Reads extensions inside their explicit tag; `undefined` gives none. */
export function readExtensions(wrapped: DerValue | undefined): Extension[] {
  if (wrapped === undefined) return []
  return readExtensionList(readDer(wrapped.content, 'extensions'))
}

/** Reads a SEQUENCE OF Extension, as CRL entries and extension requests have it. */
export function readExtensionList(value: DerValue): Extension[] {
  return childrenOf(expectTag(value, tags.sequence, 'extensions'), 'extensions').map((each) => {
    const fields = new DerFields(each, 'extension')
    const oid = readOid(fields.next(tags.oid, 'identifier'), 'extension identifier')
    const critical = fields.optional(tags.boolean)
    const octets = fields.next(tags.octetString, 'value').content
    fields.end()
    return { oid, critical: critical !== undefined && readBoolean(critical, `critical of \`${oid}\``), value: octets }
  })
}
