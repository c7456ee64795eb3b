import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { X509Algorithm } from '../../../../../steps/x509/model/algorithm.ts'
import { assemble } from '../../../../../steps/x509/model/assemble.ts'
import { type Certificate, parseCertificate } from '../../../../../steps/x509/model/certificate.ts'
import { type CertificateList, parseCertificateList } from '../../../../../steps/x509/model/certificate-list.ts'
import { type CrlFields, crlTbs } from '../../../../../steps/x509/model/crl.ts'
import { assembleCsr, type CertificateRequest, csrTbs, parseCsr } from '../../../../../steps/x509/model/csr.ts'
import { endEntityTbs, type EndEntityFields } from '../../../../../steps/x509/model/end-entity.ts'
import { basicConstraints } from '../../../../../steps/x509/model/extension.ts'
import { parseName } from '../../../../../steps/x509/model/name.ts'
import { rootTbs, type RootFields } from '../../../../../steps/x509/model/root.ts'
import { signLocally } from '../../../../../steps/x509/model/signature.ts'
import { subordinateTbs, type SubordinateFields } from '../../../../../steps/x509/model/subordinate.ts'

/** Key pair in this process. */
export interface TestKey {
  readonly privateKey: KeyObject
  readonly spki: Uint8Array
  readonly algorithm: X509Algorithm
}

export type TestKeyKind = 'P-256' | 'P-384' | 'P-521' | 'RSA'

const algorithms = {
  'P-256': 'ecdsa-sha256',
  'P-384': 'ecdsa-sha384',
  'P-521': 'ecdsa-sha512',
  RSA: 'rsa-pkcs1-sha256',
} as const

export function makeKey(kind: TestKeyKind = 'P-256', modulusLength = 2048): TestKey {
  const { privateKey, publicKey } =
    kind === 'RSA' ? generateKeyPairSync('rsa', { modulusLength }) : generateKeyPairSync('ec', { namedCurve: kind })
  const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))
  return { privateKey, spki, algorithm: algorithms[kind] }
}

export function signTbs(tbs: Uint8Array, key: TestKey): Uint8Array {
  return assemble(tbs, key.algorithm, signLocally(key.privateKey, key.algorithm, tbs))
}

/** A day of the year in which the tests' certificates are valid; OpenSSL judges by `-attime`. */
export function day(year: number, month = 1, date = 1): Date {
  return new Date(Date.UTC(year, month - 1, date))
}

export function makeRoot(key: TestKey, changes: Partial<RootFields> = {}): Certificate {
  const tbs = rootTbs({
    subject: parseName('C=US, O=Example Corp, CN=Example Root'),
    publicKeySpki: key.spki,
    serial: '4f'.repeat(16),
    notBefore: day(2026),
    notAfter: day(2046),
    signatureAlgorithm: key.algorithm,
    ...changes,
  })
  return parseCertificate(signTbs(tbs, key))
}

export function makeCsr(
  key: TestKey,
  name = 'C=US, O=Example Corp, CN=Example Issuing CA',
  strings: 'shortest' | 'utf8' = 'utf8',
): CertificateRequest {
  const tbs = csrTbs({
    subject: parseName(name, strings),
    publicKeySpki: key.spki,
    extensions: [basicConstraints({ ca: true })],
  })
  return parseCsr(assembleCsr(tbs, key.algorithm, signLocally(key.privateKey, key.algorithm, tbs)))
}

export function makeSubordinate(
  issuer: Certificate,
  issuerKey: TestKey,
  csr: CertificateRequest,
  changes: Partial<SubordinateFields> = {},
): Certificate {
  const tbs = subordinateTbs({
    issuer,
    csr,
    serial: '5a'.repeat(16),
    notBefore: day(2026),
    notAfter: day(2036),
    pathLength: 0,
    signatureAlgorithm: issuerKey.algorithm,
    ...changes,
  })
  return parseCertificate(signTbs(tbs, issuerKey))
}

export function makeEndEntity(
  issuer: Certificate,
  issuerKey: TestKey,
  changes: Partial<EndEntityFields> = {},
): Certificate {
  const tbs = endEntityTbs({
    issuer,
    subject: parseName('CN=www.example.com'),
    publicKeySpki: changes.publicKeySpki ?? makeKey().spki,
    serial: '6b'.repeat(16),
    notBefore: day(2026),
    notAfter: day(2027),
    signatureAlgorithm: issuerKey.algorithm,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    alternativeNames: [{ kind: 'dns', text: 'www.example.com' }],
    ...changes,
  })
  return parseCertificate(signTbs(tbs, issuerKey))
}

export function makeCrl(issuer: Certificate, key: TestKey, changes: Partial<CrlFields> = {}): CertificateList {
  const tbs = crlTbs({
    issuer,
    signatureAlgorithm: key.algorithm,
    thisUpdate: day(2026, 2),
    nextUpdate: day(2027, 2),
    crlNumber: 1,
    revoked: [],
    ...changes,
  })
  return parseCertificateList(signTbs(tbs, key))
}
