import { hexOf } from './bytes.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { type CertificateList, parseCertificateList } from './certificate-list.ts'
import { type CertificateRequest, parseCsr } from './csr.ts'
import type { Extension } from './extension.ts'
import { loadPeculiar } from './peculiar.ts'
import { dateText } from './time.ts'
import { keyUsages } from './usages.ts'

type Pair = readonly [field: string, ours: unknown, theirs: unknown]

/**
 * Reads a certificate a second time, with @peculiar/x509, an ASN.1 reader that shares no code with this model.
 *
 * @returns one clause for each field on which the two disagree; none is as it should be
 */
export async function crossReadCertificate(source: Uint8Array | Certificate): Promise<string[]> {
  const ours = source instanceof Uint8Array ? parseCertificate(source) : source
  return await disagreements(async () => {
    const library = await loadPeculiar()
    const theirs = new library.X509Certificate(Buffer.from(ours.der))
    const constraints = theirs.getExtension(library.BasicConstraintsExtension)
    const usage = theirs.getExtension(library.KeyUsagesExtension)
    const ownId = theirs.getExtension(library.SubjectKeyIdentifierExtension)
    const issuerId = theirs.getExtension(library.AuthorityKeyIdentifierExtension)
    return [
      ['serial number', ours.serialHex, serialOf(theirs.serialNumber)],
      ['issuer', hexOf(ours.issuer), hex(theirs.issuerName.toArrayBuffer())],
      ['subject', hexOf(ours.subject), hex(theirs.subjectName.toArrayBuffer())],
      ['notBefore', dateText(ours.notBefore), dateText(theirs.notBefore)],
      ['notAfter', dateText(ours.notAfter), dateText(theirs.notAfter)],
      ['public key', hexOf(ours.spki), hex(theirs.publicKey.rawData)],
      ['signature', hexOf(ours.signature), hex(theirs.signature)],
      ['extensions', extensionKeys(ours.extensions), theirExtensionKeys(theirs.extensions)],
      ['CA', ours.decoded.basicConstraints?.ca, constraints?.ca],
      ['path length', ours.decoded.basicConstraints?.pathLength, constraints?.pathLength],
      ['key usage', usageFlags(ours), usage?.usages],
      ['subject key identifier', ours.decoded.subjectKeyIdentifier, ownId?.keyId.toLowerCase()],
      ['authority key identifier', ours.decoded.authorityKeyIdentifier?.keyId, issuerId?.keyId?.toLowerCase()],
    ]
  })
}

/** As {@link crossReadCertificate}, for a CRL. */
export async function crossReadCertificateList(source: Uint8Array | CertificateList): Promise<string[]> {
  const ours = source instanceof Uint8Array ? parseCertificateList(source) : source
  return await disagreements(async () => {
    const { X509Crl } = await loadPeculiar()
    const theirs = new X509Crl(Buffer.from(ours.der))
    const entries = ours.entries.map((each) => `${each.serialHex} ${dateText(each.revokedAt)} ${each.reasonCode ?? ''}`)
    const theirEntries = theirs.entries.map(
      (each) => `${serialOf(each.serialNumber)} ${dateText(each.revocationDate)} ${each.reason ?? ''}`,
    )
    return [
      ['issuer', hexOf(ours.issuer), hex(theirs.issuerName.toArrayBuffer())],
      ['thisUpdate', dateText(ours.thisUpdate), dateText(theirs.thisUpdate)],
      ['nextUpdate', ours.nextUpdate?.getTime(), theirs.nextUpdate?.getTime()],
      ['revoked certificates', entries.join(), theirEntries.join()],
      ['signature', hexOf(ours.signature), hex(theirs.signature)],
      ['extensions', extensionKeys(ours.extensions), theirExtensionKeys(theirs.extensions)],
    ]
  })
}

/** As {@link crossReadCertificate}, for a certificate request. */
export async function crossReadCsr(source: Uint8Array | CertificateRequest): Promise<string[]> {
  const ours = source instanceof Uint8Array ? parseCsr(source) : source
  return await disagreements(async () => {
    const { Pkcs10CertificateRequest } = await loadPeculiar()
    const theirs = new Pkcs10CertificateRequest(Buffer.from(ours.der))
    return [
      ['subject', hexOf(ours.subject), hex(theirs.subjectName.toArrayBuffer())],
      ['public key', hexOf(ours.spki), hex(theirs.publicKey.rawData)],
      ['signature', hexOf(ours.signature), hex(theirs.signature)],
      ['extensions', extensionKeys(ours.extensions), theirExtensionKeys(theirs.extensions)],
    ]
  })
}

async function disagreements(read: () => Promise<readonly Pair[]>): Promise<string[]> {
  try {
    return (await read())
      .filter(([, ours, theirs]) => ours !== theirs)
      .map(([field, ours, theirs]) => `${field} reads \`${String(ours)}\` here and \`${String(theirs)}\` there`)
  } catch (error) {
    return [`the other reader refuses it: ${error instanceof Error ? error.message : String(error)}`]
  }
}

function hex(buffer: ArrayBuffer): string {
  return hexOf(new Uint8Array(buffer))
}

function serialOf(octets: string): string {
  return octets.toLowerCase().replace(/^(?:00)+(?=[0-9a-f]{2})/, '')
}

function extensionKeys(extensions: readonly Extension[]): string {
  return extensions.map(({ oid, critical, value }) => `${oid} ${critical} ${hexOf(value)}`).join()
}

function theirExtensionKeys(extensions: readonly { type: string; critical: boolean; value: ArrayBuffer }[]): string {
  return extensions.map(({ type, critical, value }) => `${type} ${critical} ${hex(value)}`).join()
}

/** @peculiar/x509 counts the first named bit as 1, the next as 2, and so on. */
function usageFlags({ decoded }: Certificate): number | undefined {
  return decoded.keyUsage?.reduce((flags, usage) => flags | (1 << keyUsages.indexOf(usage)), 0)
}
