import { describe, expect, it } from 'vitest'
import {
  certificateListPem,
  parseCertificateList,
  verifyCertificateList,
} from '../../../../../steps/x509/model/certificate-list.ts'
import { day, makeCrl, makeKey, makeRoot } from './hierarchy.ts'

const key = makeKey('RSA')
const root = makeRoot(key)
const crl = makeCrl(root, key, {
  crlNumber: 9,
  revoked: [{ serial: 'ab01', revokedAt: day(2026, 1, 2), reason: 'superseded' }],
})

describe('a CRL that is read', () => {
  it('gives every field that a reviewer needs', () => {
    expect(parseCertificateList(certificateListPem(crl))).toMatchObject({
      version: 2,
      issuerText: root.subjectText,
      thisUpdate: day(2026, 2),
      nextUpdate: day(2027, 2),
      signatureAlgorithm: 'rsa-pkcs1-sha256',
      entries: [{ serialHex: 'ab01', revokedAt: day(2026, 1, 2), reasonCode: 4 }],
      emptyList: false,
      decoded: { crlNumber: 9n, authorityKeyIdentifier: { keyId: root.decoded.subjectKeyIdentifier } },
    })
  })

  it('verifies under its issuer and under no other', () => {
    expect(verifyCertificateList(crl, root)).toBe(true)
    expect(verifyCertificateList(crl, makeKey('RSA').spki)).toBe(false)
  })

  it('is refused when it is a certificate', () => {
    expect(() => parseCertificateList(root.der)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})
