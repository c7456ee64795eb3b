import { findAlgorithm, type X509Algorithm } from './algorithm.ts'
import { tags } from './der.ts'
import { childrenOf, DerFields, type DerValue, readDer } from './der-reader.ts'
import { readInteger, readSmallInteger } from './der-values.ts'
import { decodeExtensions, type DecodedExtensions } from './decode-extensions.ts'
import type { Extension } from './extension.ts'
import { printName } from './name-text.ts'
import { extensionOids } from './oids.ts'
import { serialText } from './serial.ts'
import { readExtensionList, readExtensions } from './tbs-certificate.ts'
import { decodeTime, timeTags, type X509Time } from './time.ts'

/** One revoked certificate. */
interface CrlEntry {
  /** Lower-case hex, as in `TbsCertificate`. */
  readonly serialHex: string
  readonly revokedAt: Date
  readonly revocationTime: X509Time
  /** Code of RFC 5280 section 5.3.1; `undefined` when the entry gives none. */
  readonly reasonCode: number | undefined
  readonly extensions: readonly Extension[]
}

/** The to-be-signed part of a CRL, read. Byte fields are slices of what was read. */
export interface TbsCrl {
  readonly kind: 'crl'
  readonly tbs: Uint8Array
  /** 1 or 2. */
  readonly version: number
  readonly algorithmIdentifier: Uint8Array
  readonly signatureAlgorithm: X509Algorithm | undefined
  /** DER Name, and as printed. */
  readonly issuer: Uint8Array
  readonly issuerText: string
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly times: { readonly thisUpdate: X509Time; readonly nextUpdate: X509Time | undefined }
  readonly entries: readonly CrlEntry[]
  /** True when the list of revoked certificates is there and empty, which RFC 5280 section 5.1.2.6 forbids. */
  readonly emptyList: boolean
  readonly extensions: readonly Extension[]
  readonly decoded: DecodedExtensions
}

/** Reads the to-be-signed part of a CRL. @throws {StepError} `invalid` when it is not DER of that structure */
export function readTbsCrl(tbs: Uint8Array): TbsCrl {
  const fields = new DerFields(readDer(tbs, 'CRL'), 'CRL')
  const version = fields.optional(tags.integer)
  const algorithm = fields.next(tags.sequence, 'signature algorithm')
  const issuer = fields.next(tags.sequence, 'issuer').bytes
  const thisUpdate = decodeTime(fields.any('thisUpdate'), 'thisUpdate')
  const next = fields.optional(...timeTags)
  const nextUpdate = next === undefined ? undefined : decodeTime(next, 'nextUpdate')
  const list = fields.optional(tags.sequence)
  const extensions = readExtensions(fields.optional(0xa0))
  fields.end()
  const entries = list === undefined ? [] : childrenOf(list, 'revoked certificates').map(readEntry)
  return {
    kind: 'crl',
    tbs,
    version: version === undefined ? 1 : readSmallInteger(version, 'version') + 1,
    algorithmIdentifier: algorithm.bytes,
    signatureAlgorithm: findAlgorithm(algorithm.bytes),
    issuer,
    issuerText: printName(issuer),
    thisUpdate: thisUpdate.date,
    nextUpdate: nextUpdate?.date,
    times: { thisUpdate, nextUpdate },
    entries,
    emptyList: list !== undefined && entries.length === 0,
    extensions,
    decoded: decodeExtensions(extensions),
  }
}

function readEntry(value: DerValue): CrlEntry {
  const fields = new DerFields(value, 'CRL entry')
  const serial = readInteger(fields.next(tags.integer, 'serial number'), 'serial number of CRL entry')
  const revocationTime = decodeTime(fields.any('revocation date'), 'revocation date')
  const list = fields.optional(tags.sequence)
  fields.end()
  const extensions = list === undefined ? [] : readExtensionList(list)
  const reason = extensions.find(({ oid }) => oid === extensionOids.reasonCode)
  const reasonCode =
    reason === undefined ? undefined : readSmallInteger(readDer(reason.value, 'reason'), 'reason code', tags.enumerated)
  return { serialHex: serialText(serial), revokedAt: revocationTime.date, revocationTime, reasonCode, extensions }
}
