import { sha256Hex, spkiSha256 } from './digest.ts'
import { bytesEqual, hexOf } from './bytes.ts'
import type { TbsRequest } from './csr.ts'
import type { Extension } from './extension.ts'
import { extensionText } from './extension-text.ts'
import { oidName } from './oids.ts'
import { parseTbs, type Tbs } from './parse-tbs.ts'
import { publicKeyText } from './public-key.ts'
import type { TbsCertificate } from './tbs-certificate.ts'
import type { TbsCrl } from './tbs-crl.ts'
import { dateText } from './time.ts'
import { revocationReasons } from './usages.ts'

type Line = readonly [label: string, value: string]

/**
 * Describes a to-be-signed part for those who approve its signature: everything it says, and its SHA-256. The same bytes
 * always give the same text; nothing in it can mislead a terminal.
 *
 * @param tbs DER, or already read
 * @returns lines, each ended by a line feed
 * @throws {StepError} `invalid` when it is no to-be-signed part
 */
export function describeTbs(tbs: Uint8Array | Tbs): string {
  const parsed = tbs instanceof Uint8Array ? parseTbs(tbs) : tbs
  const [title, lines] = content(parsed)
  const all: Line[] = [
    ...lines,
    ...parsed.extensions.map(extensionLine),
    ['SHA-256 of these bytes', sha256Hex(parsed.tbs)],
  ]
  const width = all.reduce((widest, [label]) => Math.max(widest, label.length + 1), 0)
  return [title, ...all.map(([label, value]) => `  ${`${label}:`.padEnd(width)} ${value}`), ''].join('\n')
}

function content(parsed: Tbs): readonly [title: string, lines: readonly Line[]] {
  switch (parsed.kind) {
    case 'certificate':
      return ['certificate to be signed', certificateLines(parsed)]
    case 'crl':
      return ['certificate revocation list to be signed', crlLines(parsed)]
    case 'request':
      return ['certificate request to be signed', requestLines(parsed)]
  }
}

function certificateLines(certificate: TbsCertificate): Line[] {
  const { notBefore, notAfter, issuer, subject } = certificate
  const days = (notAfter.getTime() - notBefore.getTime()) / 86_400_000
  const selfIssued = bytesEqual(issuer, subject)
  return [
    ['subject', certificate.subjectText || '(empty)'],
    ['issuer', `${certificate.issuerText || '(empty)'}${selfIssued ? ' (itself)' : ''}`],
    ['serial number', certificate.serialHex],
    ['not before', dateText(notBefore)],
    ['not after', `${dateText(notAfter)} (${Number(days.toFixed(2))} days)`],
    ...keyLines(certificate.spki),
    ['signature algorithm', algorithmText(certificate)],
    ['version', String(certificate.version)],
    ...(certificate.uniqueIdentifiers ? [['unique identifiers', 'present'] as const] : []),
  ]
}

function crlLines(list: TbsCrl): Line[] {
  const count = list.entries.length
  return [
    ['issuer', list.issuerText || '(empty)'],
    ['this update', dateText(list.thisUpdate)],
    ['next update', list.nextUpdate === undefined ? 'none' : dateText(list.nextUpdate)],
    ['signature algorithm', algorithmText(list)],
    ['version', String(list.version)],
    ['revoked certificates', count === 0 ? 'none' : String(count)],
    ...list.entries.map(({ serialHex, revokedAt, reasonCode, extensions }): Line => {
      const others = extensions.filter(({ oid }) => oidName(oid) !== 'reasonCode').map((each) => `, ${described(each)}`)
      return ['revoked', `${serialHex} at ${dateText(revokedAt)}, ${reasonText(reasonCode)}${others.join('')}`]
    }),
  ]
}

function requestLines(request: TbsRequest): Line[] {
  return [
    ['subject', request.subjectText || '(empty)'],
    ...keyLines(request.spki),
    ...request.otherAttributes.map((oid): Line => ['attribute', oidName(oid)]),
  ]
}

function keyLines(spki: Uint8Array): Line[] {
  return [
    ['public key', publicKeyText(spki)],
    ['public key SHA-256', spkiSha256(spki)],
  ]
}

function algorithmText(parsed: TbsCertificate | TbsCrl): string {
  return parsed.signatureAlgorithm ?? `unknown, DER ${hexOf(parsed.algorithmIdentifier)}`
}

function reasonText(code: number | undefined): string {
  if (code === undefined) return 'no reason given'
  const name = Object.entries(revocationReasons).find(([, each]) => each === code)?.[0]
  return name === undefined ? `unknown reason ${code}` : `reason ${name}`
}

function extensionLine(extension: Extension): Line {
  return [oidName(extension.oid), `${extension.critical ? 'critical, ' : ''}${extensionText(extension)}`]
}

function described(extension: Extension): string {
  const [label, value] = extensionLine(extension)
  return `${label} ${value}`
}
