import type { AnySignatureAlgorithm } from '../../../../../../steps/x509/model/algorithm.ts'
import { algorithmIdentifier } from '../../../../../../steps/x509/model/algorithm.ts'
import { type Certificate, parseCertificate } from '../../../../../../steps/x509/model/certificate.ts'
import { type CertificateList, parseCertificateList } from '../../../../../../steps/x509/model/certificate-list.ts'
import { bitString, context, integer, sequence, tlv } from '../../../../../../steps/x509/model/der.ts'
import { encodeExtension, type Extension } from '../../../../../../steps/x509/model/extension.ts'
import { signLocally } from '../../../../../../steps/x509/model/signature.ts'
import type { TestKey } from '../hierarchy.ts'

/** Parts of a certificate as DER, so that any of them can be wrong. */
export interface RawCertificate {
  readonly version: readonly Uint8Array[]
  readonly serial: Uint8Array
  readonly algorithm: Uint8Array
  readonly issuer: Uint8Array
  readonly times: readonly [Uint8Array, Uint8Array]
  readonly subject: Uint8Array
  readonly spki: Uint8Array
  readonly uniqueIds: readonly Uint8Array[]
  readonly extensions: readonly Uint8Array[]
  readonly outer: Uint8Array
}

/** A UTCTime or GeneralizedTime with any text. */
export function time(text: string): Uint8Array {
  return tlv(/^\d{8}(?:\d{6}|\d{4})(?!\d)/.test(text) && text.startsWith('20') ? 0x18 : 0x17, Buffer.from(text))
}

/** The same certificate, with some parts replaced, signed by `key`. */
export function rebuilt(like: Certificate, key: TestKey, changes: Partial<RawCertificate>): Certificate {
  const parts: RawCertificate = {
    version: [context(0, integer(2))],
    serial: integer(like.serial),
    algorithm: like.algorithmIdentifier,
    issuer: like.issuer,
    times: [time(like.validity.notBefore.text), time(like.validity.notAfter.text)],
    subject: like.subject,
    spki: like.spki,
    uniqueIds: [],
    extensions: like.extensions.map(encodeExtension),
    outer: like.outerAlgorithmIdentifier,
    ...changes,
  }
  const tbs = sequence(
    ...parts.version,
    parts.serial,
    parts.algorithm,
    parts.issuer,
    sequence(...parts.times),
    parts.subject,
    parts.spki,
    ...parts.uniqueIds,
    ...(parts.extensions.length > 0 ? [context(3, sequence(...parts.extensions))] : []),
  )
  return parseCertificate(sequence(tbs, parts.outer, bitString(signLocally(key.privateKey, key.algorithm, tbs))))
}

/** The extensions of a certificate with one replaced, added or, without a replacement, taken out. */
export function extensionsWith(
  like: { readonly extensions: readonly Extension[] },
  oid: string,
  replacement?: Omit<Extension, 'oid'>,
): Uint8Array[] {
  const kept = like.extensions.filter((each) => each.oid !== oid)
  return [...kept, ...(replacement === undefined ? [] : [{ ...replacement, oid }])].map(encodeExtension)
}

/** Parts of a CRL as DER. */
export interface RawCrl {
  readonly version: readonly Uint8Array[]
  readonly algorithm: AnySignatureAlgorithm
  readonly times: readonly Uint8Array[]
  readonly list: readonly Uint8Array[]
  readonly extensions: readonly Uint8Array[]
  readonly outer: Uint8Array
}

/** The same CRL, with some parts replaced, signed by `key`. */
export function rebuiltCrl(like: CertificateList, key: TestKey, changes: Partial<RawCrl>): CertificateList {
  const parts: RawCrl = {
    version: [integer(1)],
    algorithm: key.algorithm,
    times: [time('260201000000Z'), time('270201000000Z')],
    list: [],
    extensions: like.extensions.map(encodeExtension),
    outer: like.outerAlgorithmIdentifier,
    ...changes,
  }
  const tbs = sequence(
    ...parts.version,
    algorithmIdentifier(parts.algorithm),
    like.issuer,
    ...parts.times,
    ...parts.list,
    ...(parts.extensions.length > 0 ? [context(0, sequence(...parts.extensions))] : []),
  )
  return parseCertificateList(sequence(tbs, parts.outer, bitString(signLocally(key.privateKey, key.algorithm, tbs))))
}
