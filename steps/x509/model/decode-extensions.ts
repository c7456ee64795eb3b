import { hexOf } from './bytes.ts'
import { tags } from './der.ts'
import { childrenOf, DerFields, type DerValue, expectTag, readDer } from './der-reader.ts'
import { readBoolean, readInteger, readNamedBits, readOid, readSmallInteger } from './der-values.ts'
import { decodePoint, decodeScope, type IssuingDistributionPoint } from './decode-distribution.ts'
import type { Extension } from './extension.ts'
import { decodeGeneralName, type GeneralName } from './general-name.ts'
import { invalid } from './invalid.ts'
import { extensionOids, otherOids } from './oids.ts'
import { keyUsages, type KeyUsage } from './usages.ts'

/** What the extensions of a certificate or CRL say. A field is absent when its extension is, or cannot be decoded. */
export interface DecodedExtensions {
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number }
  readonly keyUsage?: readonly KeyUsage[]
  /** Object identifiers. */
  readonly extendedKeyUsage?: readonly string[]
  /** Lower-case hex. */
  readonly subjectKeyIdentifier?: string
  /** `keyId` is lower-case hex. */
  readonly authorityKeyIdentifier?: { readonly keyId?: string; readonly namesIssuer: boolean }
  /** URLs of all points. */
  readonly crlDistributionPoints?: readonly string[]
  readonly subjectAlternativeName?: readonly GeneralName[]
  readonly authorityInformationAccess?: { readonly ocsp: readonly string[]; readonly caIssuers: readonly string[] }
  /** Object identifiers. */
  readonly certificatePolicies?: readonly string[]
  readonly crlNumber?: bigint
  readonly issuingDistributionPoint?: IssuingDistributionPoint
  /** Extensions that this model knows and whose value is not what it should be. */
  readonly undecodable: readonly { readonly oid: string; readonly why: string }[]
}

type Decoded = Omit<DecodedExtensions, 'undecodable'>

const decoders: Readonly<Record<string, (value: DerValue) => Decoded>> = {
  [extensionOids.basicConstraints]: (value) => ({ basicConstraints: decodeBasicConstraints(value) }),
  [extensionOids.keyUsage]: (value) => ({ keyUsage: decodeKeyUsage(value) }),
  [extensionOids.extendedKeyUsage]: (value) => ({
    extendedKeyUsage: list(value).map((each) => readOid(each, 'usage')),
  }),
  [extensionOids.subjectKeyIdentifier]: (value) => ({
    subjectKeyIdentifier: hexOf(expectTag(value, tags.octetString, 'key identifier').content),
  }),
  [extensionOids.authorityKeyIdentifier]: (value) => ({ authorityKeyIdentifier: decodeAuthorityKeyId(value) }),
  [extensionOids.crlDistributionPoints]: (value) => ({ crlDistributionPoints: list(value).flatMap(decodePoint) }),
  [extensionOids.subjectAlternativeName]: (value) => ({ subjectAlternativeName: list(value).map(decodeGeneralName) }),
  [extensionOids.authorityInformationAccess]: (value) => ({ authorityInformationAccess: decodeAccess(value) }),
  [extensionOids.certificatePolicies]: (value) => ({
    certificatePolicies: list(value).map((each) => {
      const fields = new DerFields(each, 'policy')
      const policy = readOid(fields.next(tags.oid, 'identifier'), 'policy')
      fields.optional(tags.sequence)
      fields.end()
      return policy
    }),
  }),
  [extensionOids.crlNumber]: (value) => ({ crlNumber: readInteger(value, 'CRL number') }),
  [extensionOids.issuingDistributionPoint]: (value) => ({ issuingDistributionPoint: decodeScope(value) }),
}

/** Decodes what it knows; of a repeated extension the first counts. */
export function decodeExtensions(extensions: readonly Extension[]): DecodedExtensions {
  const undecodable: { oid: string; why: string }[] = []
  let decoded: Decoded = {}
  for (const { oid, value } of extensions) {
    const decode = decoders[oid]
    if (decode === undefined) continue
    try {
      decoded = { ...decode(readDer(value, 'extension value')), ...decoded }
    } catch (error) {
      undecodable.push({ oid, why: error instanceof Error ? error.message : String(error) })
    }
  }
  return { ...decoded, undecodable }
}

function list(value: DerValue): DerValue[] {
  const elements = childrenOf(expectTag(value, tags.sequence, 'extension value'), 'extension value')
  if (elements.length === 0) throw invalid('extension value is an empty sequence')
  return elements
}

function decodeBasicConstraints(value: DerValue): { ca: boolean; pathLength?: number } {
  const fields = new DerFields(value, 'basic constraints')
  const ca = fields.optional(tags.boolean)
  const pathLength = fields.optional(tags.integer)
  fields.end()
  return {
    ca: ca !== undefined && readBoolean(ca, 'CA of basic constraints'),
    ...(pathLength === undefined ? {} : { pathLength: readSmallInteger(pathLength, 'path length') }),
  }
}

function decodeKeyUsage(value: DerValue): KeyUsage[] {
  return readNamedBits(value, 'key usage').map((bit) => {
    const usage = keyUsages[bit]
    if (usage === undefined) throw invalid(`key usage has an unknown bit ${bit}`)
    return usage
  })
}

function decodeAuthorityKeyId(value: DerValue): { keyId?: string; namesIssuer: boolean } {
  const fields = new DerFields(value, 'authority key identifier')
  const keyId = fields.optional(0x80)
  const issuer = fields.optional(0xa1)
  const serial = fields.optional(0x82)
  fields.end()
  return {
    ...(keyId === undefined ? {} : { keyId: hexOf(keyId.content) }),
    namesIssuer: issuer !== undefined || serial !== undefined,
  }
}

function decodeAccess(value: DerValue): { ocsp: string[]; caIssuers: string[] } {
  const access = { ocsp: [] as string[], caIssuers: [] as string[] }
  for (const each of list(value)) {
    const fields = new DerFields(each, 'access description')
    const method = readOid(fields.next(tags.oid, 'method'), 'access method')
    const location = decodeGeneralName(fields.any('location'))
    fields.end()
    if (location.kind !== 'uri') continue
    if (method === otherOids.ocsp) access.ocsp.push(location.text)
    if (method === otherOids.caIssuers) access.caIssuers.push(location.text)
  }
  return access
}
