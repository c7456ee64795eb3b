import { describe, expect, it } from 'vitest'
import { assemble } from '../../../../../steps/x509/model/assemble.ts'
import { type Certificate, certificatePem, parseCertificate } from '../../../../../steps/x509/model/certificate.ts'
import { certificateListPem } from '../../../../../steps/x509/model/certificate-list.ts'
import { certificateTbs, type CertificateFields } from '../../../../../steps/x509/model/certificate-tbs.ts'
import { type ChainFields, verifyChain } from '../../../../../steps/x509/model/chain.ts'
import { context, tlv, sequence } from '../../../../../steps/x509/model/der.ts'
import { encodeGeneralName } from '../../../../../steps/x509/model/general-name.ts'
import { extensionOids } from '../../../../../steps/x509/model/oids.ts'
import { signLocally } from '../../../../../steps/x509/model/signature.ts'
import { day, makeCrl, makeCsr, makeEndEntity, makeKey, makeRoot, makeSubordinate, type TestKey } from './hierarchy.ts'
import { judge } from './judge.ts'

const rootKey = makeKey('P-384')
const caKey = makeKey()
const leafKey = makeKey()
const root = makeRoot(rootKey)
const ca = makeSubordinate(root, rootKey, makeCsr(caKey), { crlDistributionPoint: 'http://crl.example.com/root.crl' })
const leaf = makeEndEntity(ca, caKey, { publicKeySpki: leafKey.spki })
const rootCrl = makeCrl(root, rootKey)
const caCrl = makeCrl(ca, caKey)
const good: ChainFields = { chain: [leaf, ca, root], anchor: root, at: day(2026, 6), crls: [rootCrl, caCrl] }

const problems = (changes: Partial<ChainFields>): string[] =>
  verifyChain({ ...good, ...changes }).problems.map(({ code, position }) => `${position} ${code}`)

/** The same certificate with some fields changed, signed by `key`. */
function altered(certificate: Certificate, key: TestKey, changes: Partial<CertificateFields>): Certificate {
  const tbs = certificateTbs({
    serial: certificate.serialHex,
    signatureAlgorithm: key.algorithm,
    issuer: certificate.issuer,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    subject: certificate.subject,
    publicKeySpki: certificate.spki,
    extensions: certificate.extensions,
    ...changes,
  })
  return parseCertificate(assemble(tbs, key.algorithm, signLocally(key.privateKey, key.algorithm, tbs)))
}

const without = (certificate: Certificate, oid: string) => certificate.extensions.filter((each) => each.oid !== oid)

/** OpenSSL's exit code for the same question. */
function openssl({ chain, anchor, at, crls }: ChainFields): number | null {
  const files = {
    anchor: certificatePem(anchor),
    untrusted: chain
      .slice(1)
      .map((each) => certificatePem(each))
      .join(''),
    leaf: certificatePem(chain[0] ?? anchor),
    crls: crls === 'not-checked' ? '' : crls.map((each) => certificateListPem(each)).join(''),
  }
  const args = ['verify', '-x509_strict', '-check_ss_sig', '-attime', String(at.getTime() / 1000), '-CAfile', 'anchor']
  const revocation = crls === 'not-checked' ? [] : ['-crl_check_all', '-CRLfile', 'crls']
  return judge('openssl', [...args, ...revocation, '-untrusted', 'untrusted', 'leaf'], files).exitCode
}

describe('a chain', () => {
  it('is accepted when all is well, as by OpenSSL', () => {
    expect(verifyChain(good)).toEqual({ valid: true, problems: [] })
    expect(openssl(good)).toBe(0)
  })

  it('is accepted at both of its last seconds', () => {
    expect(problems({ at: leaf.notAfter })).toEqual([])
    expect(problems({ at: root.notBefore, crls: 'not-checked' })).toEqual([])
  })

  it('may be the anchor alone', () => {
    expect(problems({ chain: [root] })).toEqual([])
  })

  it('tells certificate, place and reason', () => {
    expect(verifyChain({ ...good, at: day(2028), crls: 'not-checked' }).problems).toEqual([
      {
        code: 'expired',
        position: 0,
        subject: 'CN=www.example.com',
        message: 'valid until `2027-01-01T00:00:00Z`, asked for `2028-01-01T00:00:00Z`',
      },
    ])
  })

  const v1Root = altered(root, rootKey, { version: 1, extensions: [] })
  const unrelated = makeRoot(makeKey('P-384'))
  const limitedRoot = makeRoot(rootKey, { pathLength: 0 })
  const nameConstraints = {
    oid: extensionOids.nameConstraints,
    critical: true,
    value: sequence(context(0, sequence(sequence(encodeGeneralName({ kind: 'dns', text: 'example.com' }))))),
  }
  const policyConstraints = {
    oid: extensionOids.policyConstraints,
    critical: true,
    value: sequence(tlv(0x80, Uint8Array.of(0))),
  }
  const notCritical = ca.extensions.map((each) => ({ ...each, critical: false }))

  it.each<[string, Partial<ChainFields>, string[]]>([
    ['it is empty', { chain: [] }, ['0 empty']],
    ['it ends elsewhere', { anchor: unrelated }, ['2 anchor']],
    [
      'an anchor of the same name has another key',
      { chain: [leaf, ca, unrelated], anchor: unrelated, crls: 'not-checked' },
      ['1 signature', '1 key-identifier'],
    ],
    [
      'a link is missing',
      { chain: [leaf, root], crls: 'not-checked' },
      ['0 issuer-name', '0 signature', '0 key-identifier'],
    ],
    [
      'it is not yet valid',
      { at: day(2025), crls: 'not-checked' },
      ['0 not-yet-valid', '1 not-yet-valid', '2 not-yet-valid'],
    ],
    [
      'the root is version 1',
      { chain: [ca, v1Root], anchor: v1Root, crls: 'not-checked' },
      ['0 key-identifier', '1 version', '1 not-a-ca', '1 key-usage', '1 key-identifier'],
    ],
    [
      'a CA stands below path length 0',
      { chain: [leaf, altered(ca, rootKey, {}), limitedRoot], anchor: limitedRoot },
      ['2 path-length'],
    ],
    [
      'an end entity issues',
      {
        chain: [
          makeEndEntity(altered(leaf, caKey, { extensions: ca.extensions }), leafKey, { notAfter: leaf.notAfter }),
          leaf,
          ca,
          root,
        ],
        crls: 'not-checked',
      },
      ['0 key-identifier', '1 not-a-ca', '1 key-usage', '2 path-length'],
    ],
    [
      'basic constraints of a CA are not critical',
      { chain: [leaf, altered(ca, rootKey, { extensions: notCritical }), root] },
      ['1 not-a-ca'],
    ],
    [
      'there is no authority key identifier',
      { chain: [altered(leaf, caKey, { extensions: without(leaf, extensionOids.authorityKeyIdentifier) }), ca, root] },
      ['0 key-identifier'],
    ],
    [
      'an extension is there twice',
      { chain: [altered(leaf, caKey, { extensions: [...leaf.extensions, ...leaf.extensions.slice(0, 1)] }), ca, root] },
      ['0 extension'],
    ],
    [
      'an unknown extension is critical',
      {
        chain: [
          altered(leaf, caKey, {
            extensions: [...leaf.extensions, { oid: '1.2.3.4', critical: true, value: sequence() }],
          }),
          ca,
          root,
        ],
      },
      ['0 extension'],
    ],
    [
      'key usage cannot be decoded',
      {
        chain: [
          altered(leaf, caKey, {
            extensions: [
              ...without(leaf, extensionOids.keyUsage),
              { oid: extensionOids.keyUsage, critical: true, value: Uint8Array.of(5, 0) },
            ],
          }),
          ca,
          root,
        ],
      },
      ['0 extension'],
    ],
    ['a CRL is missing', { crls: [caCrl] }, ['1 crl-missing', '2 crl-missing']],
    ['a CRL is too old', { crls: [rootCrl, makeCrl(ca, caKey, { nextUpdate: day(2026, 5) })] }, ['0 crl-expired']],
    [
      'a CRL is of the future',
      { crls: [rootCrl, makeCrl(ca, caKey, { thisUpdate: day(2026, 7) })] },
      ['0 crl-invalid'],
    ],
    [
      'a CRL is signed by another key',
      { crls: [rootCrl, makeCrl(makeRoot(leafKey, { subject: ca.subject }), leafKey)] },
      ['0 crl-invalid', '0 crl-invalid'],
    ],
    [
      'the end entity is revoked',
      { crls: [rootCrl, makeCrl(ca, caKey, { revoked: [{ serial: leaf.serialHex, revokedAt: day(2026, 1, 2) }] })] },
      ['0 revoked'],
    ],
    [
      'the subordinate is revoked',
      { crls: [caCrl, makeCrl(root, rootKey, { revoked: [{ serial: ca.serialHex, revokedAt: day(2026, 1, 2) }] })] },
      ['1 revoked'],
    ],
    [
      'a critical extension of the CRL is unknown',
      {
        crls: [
          rootCrl,
          makeCrl(ca, caKey, {
            extensions: [{ oid: extensionOids.deltaCrlIndicator, critical: true, value: Uint8Array.of(2, 1, 1) }],
          }),
        ],
      },
      ['0 crl-invalid'],
    ],
    [
      'the CRL is for CAs only',
      {
        crls: [
          rootCrl,
          makeCrl(ca, caKey, {
            extensions: [
              {
                oid: extensionOids.issuingDistributionPoint,
                critical: true,
                value: sequence(tlv(0x82, Uint8Array.of(255))),
              },
            ],
          }),
        ],
      },
      ['0 crl-invalid'],
    ],
  ])('is refused when %s, as by OpenSSL', (_, changes, wanted) => {
    expect(problems(changes)).toEqual(wanted)
    if (changes.chain?.length !== 0) expect(openssl({ ...good, ...changes })).not.toBe(0)
  })

  it.each<[string, Partial<ChainFields>, string[]]>([
    [
      'policy constraints are critical',
      { chain: [altered(leaf, caKey, { extensions: [...leaf.extensions, policyConstraints] }), ca, root] },
      ['0 extension'],
    ],
    [
      'one of two current CRLs revokes it',
      {
        crls: [
          rootCrl,
          caCrl,
          makeCrl(ca, caKey, { crlNumber: 2, revoked: [{ serial: leaf.serialHex, revokedAt: day(2026, 1, 2) }] }),
        ],
      },
      ['0 revoked'],
    ],
  ])('is refused when %s, which OpenSSL lets pass', (_, changes, wanted) => {
    expect(problems(changes)).toEqual(wanted)
    expect(openssl({ ...good, ...changes })).toBe(0)
  })

  it('is refused with critical name constraints, which this model does not process', () => {
    const constrained = altered(ca, rootKey, { extensions: [...ca.extensions, nameConstraints] })
    expect(problems({ chain: [leaf, constrained, root] })).toEqual(['1 extension'])
  })

  it('is refused when a CA at its front may not exist below its issuer', () => {
    expect(problems({ chain: [ca, limitedRoot], anchor: limitedRoot })).toEqual(['1 path-length'])
  })

  it('takes a CRL whose scope covers the certificate', () => {
    const point = (url: string) => ({
      oid: extensionOids.issuingDistributionPoint,
      critical: true,
      value: sequence(context(0, context(0, encodeGeneralName({ kind: 'uri', text: url })))),
    })
    const crl = (url: string) => makeCrl(root, rootKey, { extensions: [point(url)] })
    const subordinateProblems = (url: string) =>
      problems({ chain: [ca, root], crls: [crl(url)] }).filter((each) => each.startsWith('0'))
    expect(subordinateProblems('http://crl.example.com/root.crl')).toEqual([])
    expect(subordinateProblems('http://crl.example.com/other.crl')).toEqual(['0 crl-invalid'])
  })
})
