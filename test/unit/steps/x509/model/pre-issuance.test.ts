import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyCertificate } from '../../../../../steps/x509/model/certificate.ts'
import { verifyCertificateList } from '../../../../../steps/x509/model/certificate-list.ts'
import { certificateTbs } from '../../../../../steps/x509/model/certificate-tbs.ts'
import { crlTbs } from '../../../../../steps/x509/model/crl.ts'
import { keyIdentifier } from '../../../../../steps/x509/model/digest.ts'
import { basicConstraints, keyUsage, subjectKeyIdentifier } from '../../../../../steps/x509/model/extension.ts'
import { lintBeforeIssuance, lintCrlBeforeIssuance } from '../../../../../steps/x509/model/lint/before-issuance.ts'
import { tbsEquals, throwAwayCopy, throwAwayCrl } from '../../../../../steps/x509/model/pre-issuance.ts'
import { rootTbs } from '../../../../../steps/x509/model/root.ts'
import { day, makeCrl, makeCsr, makeKey, makeRoot, makeSubordinate, type TestKeyKind } from './hierarchy.ts'

const ids = (findings: readonly { id: string }[]): string[] => findings.map(({ id }) => id)

describe.each<TestKeyKind>(['P-384', 'RSA'])('a throw-away copy with %s keys', (kind) => {
  const key = makeKey(kind)
  const root = makeRoot(key)
  const csr = makeCsr(makeKey(kind))
  const ca = makeSubordinate(root, key, csr)

  it('of a root is a root in all but its key', async () => {
    const { certificate, issuer } = await throwAwayCopy(root.tbs)
    expect(verifyCertificate(certificate, issuer)).toBe(true)
    expect(certificate.spki).not.toEqual(root.spki)
    expect(certificate.decoded.subjectKeyIdentifier).toBe(Buffer.from(keyIdentifier(certificate.spki)).toString('hex'))
    expect(certificate.extensions.map(({ oid, critical }) => [oid, critical])).toEqual(
      root.extensions.map(({ oid, critical }) => [oid, critical]),
    )
    expect({ ...certificate.validity, subject: certificate.subject, serial: certificate.serial }).toEqual({
      ...root.validity,
      subject: root.subject,
      serial: root.serial,
    })
  })

  it('of a subordinate has its very bytes, and does not verify under the real issuer', async () => {
    const { certificate, issuer } = await throwAwayCopy(ca.tbs, root)
    expect(tbsEquals(certificate.der, ca.tbs)).toBe(true)
    expect(verifyCertificate(certificate, issuer)).toBe(true)
    expect(verifyCertificate(certificate, root)).toBe(false)
  })

  it('of a CRL has its very bytes', async () => {
    const crl = makeCrl(root, key)
    const { list, issuer } = await throwAwayCrl(crl.tbs, root)
    expect(tbsEquals(list.der, crl.tbs)).toBe(true)
    expect([verifyCertificateList(list, issuer), verifyCertificateList(list, root)]).toEqual([true, false])
  })

  it('passes every rule when it was prepared by the profiles', async () => {
    expect(await lintBeforeIssuance(root.tbs, 'root')).toEqual([])
    expect(await lintBeforeIssuance(ca.tbs, 'subordinate', { issuer: root, csr })).toEqual([])
    expect(await lintCrlBeforeIssuance(makeCrl(root, key).tbs, root)).toEqual([])
  })
})

describe('linting before issuance', () => {
  const key = makeKey()
  const root = makeRoot(key)

  it('finds what is wrong with a prepared root', async () => {
    const tbs = certificateTbs({
      serial: '01',
      signatureAlgorithm: key.algorithm,
      issuer: root.subject,
      subject: root.subject,
      notBefore: day(2026),
      notAfter: day(2046),
      publicKeySpki: key.spki,
      extensions: [
        basicConstraints({ ca: true }, false),
        keyUsage(['keyCertSign', 'cRLSign']),
        subjectKeyIdentifier(Uint8Array.of(1)),
      ],
    })
    expect(ids(await lintBeforeIssuance(tbs, 'root'))).toEqual([
      'e_serial_number_low_entropy',
      'e_basic_constraints_not_critical',
      'w_subject_key_identifier_not_method_1',
    ])
  })

  it('finds what is wrong with the very key of a root, though the copy has another', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
    const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))
    const weak = makeRoot({ privateKey, spki, algorithm: 'rsa-pkcs1-sha256' })
    expect(ids(await lintBeforeIssuance(weak.tbs, 'root'))).toEqual(['w_rsa_public_exponent_not_in_range'])
  })

  it('finds that another request was answered', async () => {
    const ca = makeSubordinate(root, key, makeCsr(makeKey()))
    const other = makeCsr(makeKey(), 'CN=other')
    expect(ids(await lintBeforeIssuance(ca.tbs, 'subordinate', { issuer: root, csr: other }))).toEqual([
      'e_key_not_of_request',
      'e_subject_not_of_request',
    ])
  })

  it('finds that a CRL is of another issuer', async () => {
    const other = makeRoot(key, { subject: makeCsr(key).subject })
    const tbs = crlTbs({
      issuer: other,
      signatureAlgorithm: key.algorithm,
      thisUpdate: day(2026, 2),
      nextUpdate: day(2027),
      crlNumber: 1,
      revoked: [],
    })
    expect(ids(await lintCrlBeforeIssuance(tbs, root))).toEqual(['e_crl_issuer_name_not_byte_equal'])
  })

  it('refuses a subordinate without its issuer', async () => {
    const ca = makeSubordinate(root, key, makeCsr(makeKey()))
    await expect(throwAwayCopy(ca.tbs)).rejects.toThrow('is not self-issued, and its issuer is not given')
  })
})

describe('byte equality with what was signed', () => {
  it('fails for one other octet', () => {
    const key = makeKey()
    const [a, b] = ['4f', '4e'].map((octet) => makeRoot(key, { serial: octet.repeat(16) }))
    expect([a && b && tbsEquals(a.der, b.tbs), a && tbsEquals(a.der, a.tbs)]).toEqual([false, true])
  })

  it('holds for the same fields prepared twice', () => {
    const key = makeKey()
    const root = makeRoot(key)
    const again = rootTbs({
      subject: root.subject,
      publicKeySpki: key.spki,
      serial: root.serialHex,
      notBefore: root.notBefore,
      notAfter: root.notAfter,
      signatureAlgorithm: key.algorithm,
    })
    expect(tbsEquals(root.der, again)).toBe(true)
  })
})
