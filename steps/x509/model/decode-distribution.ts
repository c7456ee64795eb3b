import { childrenOf, DerFields, type DerValue } from './der-reader.ts'
import { bitsOf } from './der-values.ts'
import { decodeGeneralName } from './general-name.ts'

/** The scope of a CRL (RFC 5280 section 5.2.5). */
export interface IssuingDistributionPoint {
  readonly urls: readonly string[]
  readonly onlyUserCertificates: boolean
  readonly onlyCaCertificates: boolean
  /** Indirect, only for some reasons, only for attribute certificates, or named relative to the issuer. */
  readonly otherwiseRestricted: boolean
}

/** URLs of one DistributionPoint (RFC 5280 section 4.2.1.13). */
export function decodePoint(value: DerValue): string[] {
  const fields = new DerFields(value, 'distribution point')
  const name = fields.optional(0xa0)
  fields.optional(0x81)
  fields.optional(0xa2)
  fields.end()
  return name === undefined ? [] : pointUrls(name)
}

/** Decodes IssuingDistributionPoint. */
export function decodeScope(value: DerValue): IssuingDistributionPoint {
  const fields = new DerFields(value, 'issuing distribution point')
  const point = fields.optional(0xa0)
  const flag = (tag: number): boolean => fields.optional(tag)?.content[0] === 0xff
  const onlyUserCertificates = flag(0x81)
  const onlyCaCertificates = flag(0x82)
  const reasons = fields.optional(0x83)
  const someReasons = reasons !== undefined && bitsOf(reasons.content, 'reasons').length >= 0
  const indirect = flag(0x84)
  const attributes = flag(0x85)
  fields.end()
  const urls = point === undefined ? [] : pointUrls(point)
  const otherwiseRestricted = someReasons || indirect || attributes || (point !== undefined && urls.length === 0)
  return { urls, onlyUserCertificates, onlyCaCertificates, otherwiseRestricted }
}

function pointUrls(pointName: DerValue): string[] {
  return childrenOf(pointName, 'distribution point name')
    .filter(({ tag }) => tag === 0xa0)
    .flatMap((full) => childrenOf(full, 'full name').map(decodeGeneralName))
    .flatMap((name) => (name.kind === 'uri' ? [name.text] : []))
}
