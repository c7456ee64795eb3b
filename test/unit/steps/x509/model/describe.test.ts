import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { certificateTbs } from '../../../../../steps/x509/model/certificate-tbs.ts'
import { sequence } from '../../../../../steps/x509/model/der.ts'
import { describeTbs } from '../../../../../steps/x509/model/describe.ts'
import {
  crlDistributionPoints,
  certificatePolicies,
  type Extension,
  extendedKeyUsage,
} from '../../../../../steps/x509/model/extension.ts'
import { parseName } from '../../../../../steps/x509/model/name.ts'
import { parseTbs } from '../../../../../steps/x509/model/parse-tbs.ts'
import { day, makeCrl, makeCsr, makeEndEntity, makeKey, makeRoot } from './hierarchy.ts'

const key = makeKey('P-384')
const root = makeRoot(key)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const withExtensions = (extensions: readonly Extension[]): string =>
  describeTbs(
    certificateTbs({
      serial: '01',
      signatureAlgorithm: 'ecdsa-sha256',
      issuer: parseName('CN=x'),
      subject: sequence(),
      notBefore: day(2026),
      notAfter: new Date(day(2026).getTime() + 3_600_000),
      publicKeySpki: key.spki,
      extensions,
    }),
  )

describe('a description', () => {
  it('of a root says everything the root says', () => {
    expect(describeTbs(root.tbs)).toBe(
      `certificate to be signed
  subject:                C=US, O=Example Corp, CN=Example Root
  issuer:                 C=US, O=Example Corp, CN=Example Root (itself)
  serial number:          ${'4f'.repeat(16)}
  not before:             2026-01-01T00:00:00Z
  not after:              2046-01-01T00:00:00Z (7305 days)
  public key:             EC P-384
  public key SHA-256:     ${sha256(key.spki)}
  signature algorithm:    ecdsa-sha384
  version:                3
  basicConstraints:       critical, CA, path length unlimited
  keyUsage:               critical, keyCertSign, cRLSign
  subjectKeyIdentifier:   ${root.decoded.subjectKeyIdentifier}
  SHA-256 of these bytes: ${sha256(root.tbs)}
`,
    )
  })

  it('of a CRL lists what it revokes', () => {
    const crl = makeCrl(root, key, {
      crlNumber: 3,
      revoked: [
        { serial: 'ab', revokedAt: day(2026, 1, 2), reason: 'keyCompromise' },
        { serial: 'cd', revokedAt: day(2026, 1, 3) },
      ],
    })
    expect(describeTbs(crl.tbs)).toBe(
      `certificate revocation list to be signed
  issuer:                 C=US, O=Example Corp, CN=Example Root
  this update:            2026-02-01T00:00:00Z
  next update:            2027-02-01T00:00:00Z
  signature algorithm:    ecdsa-sha384
  version:                2
  revoked certificates:   2
  revoked:                ab at 2026-01-02T00:00:00Z, reason keyCompromise
  revoked:                cd at 2026-01-03T00:00:00Z, no reason given
  authorityKeyIdentifier: ${root.decoded.subjectKeyIdentifier}
  crlNumber:              3
  SHA-256 of these bytes: ${sha256(crl.tbs)}
`,
    )
  })

  it('of a request says what it asks for', () => {
    const csr = makeCsr(key)
    expect(describeTbs(csr.tbs)).toBe(
      `certificate request to be signed
  subject:                C=US, O=Example Corp, CN=Example Issuing CA
  public key:             EC P-384
  public key SHA-256:     ${sha256(key.spki)}
  basicConstraints:       critical, CA, path length unlimited
  SHA-256 of these bytes: ${sha256(csr.tbs)}
`,
    )
  })

  it('is the same for bytes and for what was read from them', () => {
    expect(describeTbs(parseTbs(root.tbs))).toBe(describeTbs(root.tbs))
  })

  it('is another for any other bytes', () => {
    expect(describeTbs(makeRoot(key, { serial: '50'.repeat(16) }).tbs)).not.toBe(describeTbs(root.tbs))
  })

  it('names purposes, alternative names and URLs', () => {
    const text = describeTbs(makeEndEntity(root, key, { crlDistributionPoint: 'http://crl.example.com/a.crl' }).tbs)
    expect(text).toMatch(/^ {2}basicConstraints: +not a CA$/m)
    expect(text).toMatch(/^ {2}extendedKeyUsage: +serverAuth$/m)
    expect(text).toMatch(/^ {2}subjectAlternativeName: +DNS:www\.example\.com$/m)
    expect(text).toMatch(/^ {2}crlDistributionPoints: +http:\/\/crl\.example\.com\/a\.crl$/m)
  })

  it('gives as hex what it cannot say in words', () => {
    const text = withExtensions([
      { oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) },
      certificatePolicies([{ oid: '1.2.3', cps: ['http://a'] }]),
      { ...extendedKeyUsage([]), critical: false },
    ])
    expect(text).toMatch(/^ {2}1\.2\.3\.4: +critical, DER 0500$/m)
    expect(text).toMatch(/^ {2}certificatePolicies: +DER 30[0-9a-f]+$/m)
    expect(text).toMatch(
      /^ {2}extendedKeyUsage: +cannot be decoded \(extension value is an empty sequence\), DER 3000$/m,
    )
    expect(text).toContain('(0.04 days)')
    expect(text).toMatch(/^ {2}subject: +\(empty\)$/m)
  })

  it('lets nothing through that could mislead a terminal', () => {
    const text = withExtensions([crlDistributionPoints(['http://a/\n  keyUsage: none\u001b[2J'])])
    expect(text).toMatch(/http:\/\/a\/\\0a {2}keyUsage: none\\1b\[2J/)
  })
})
