import { describe, expect, it } from 'vitest'
import {
  crossReadCertificate,
  crossReadCertificateList,
  crossReadCsr,
} from '../../../../../steps/x509/model/cross-read.ts'
import {
  day,
  makeCrl,
  makeCsr,
  makeEndEntity,
  makeKey,
  makeRoot,
  makeSubordinate,
  type TestKeyKind,
} from './hierarchy.ts'

describe('the second reader', () => {
  it.each<TestKeyKind>(['P-256', 'P-384', 'P-521', 'RSA'])(
    'agrees on all that this model makes with %s keys',
    async (kind) => {
      const key = makeKey(kind)
      const caKey = makeKey(kind)
      const root = makeRoot(key, { notAfter: day(2051), pathLength: 3, serial: 'ff'.repeat(16) })
      const csr = makeCsr(caKey)
      const ca = makeSubordinate(root, key, csr, { crlDistributionPoint: 'http://crl.example.com/a.crl' })
      const crl = makeCrl(root, key, {
        nextUpdate: day(2050, 6),
        revoked: [
          { serial: 'ab01', revokedAt: day(2026, 1, 2), reason: 'keyCompromise' },
          { serial: '7f', revokedAt: day(2026, 1, 3) },
        ],
      })
      expect(await crossReadCertificate(root)).toEqual([])
      expect(await crossReadCertificate(ca)).toEqual([])
      expect(await crossReadCertificate(makeEndEntity(ca, caKey).der)).toEqual([])
      expect(await crossReadCertificateList(crl)).toEqual([])
      expect(await crossReadCsr(csr)).toEqual([])
    },
  )

  it('says where it reads something else', async () => {
    const root = makeRoot(makeKey())
    expect(await crossReadCertificate({ ...root, serialHex: '01', decoded: { undecodable: [] } })).toEqual([
      `serial number reads \`01\` here and \`${root.serialHex}\` there`,
      'CA reads `undefined` here and `true` there',
      'key usage reads `undefined` here and `96` there',
      `subject key identifier reads \`undefined\` here and \`${root.decoded.subjectKeyIdentifier}\` there`,
    ])
  })

  it('says that it cannot read at all', async () => {
    const root = makeRoot(makeKey())
    expect(await crossReadCertificate({ ...root, der: Uint8Array.of(0x30, 0) })).toEqual([
      expect.stringContaining('the other reader refuses it'),
    ])
  })
})
