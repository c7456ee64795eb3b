import { describe, expect, it } from 'vitest'
import { certificateListPem } from '../../../../../steps/x509/model/certificate-list.ts'
import { day, makeCrl, makeEndEntity, makeKey, makeRoot } from './hierarchy.ts'
import { judge } from './judge.ts'

const key = makeKey()
const root = makeRoot(key)
const revokedAt = day(2026, 1, 20)

describe('a CRL', () => {
  it('lists serial numbers, dates and reasons as OpenSSL reads them', () => {
    const crl = makeCrl(root, key, {
      crlNumber: 7,
      revoked: [
        { serial: 'ab'.repeat(16), revokedAt, reason: 'keyCompromise' },
        { serial: '01', revokedAt },
        { serial: '02', revokedAt, reason: 'unspecified' },
      ],
    })
    const { stdout } = judge('openssl', ['crl', '-in', 'list', '-noout', '-text'], { list: certificateListPem(crl) })
    expect(stdout).toMatch(/X509v3 CRL Number: \n +7\n/)
    expect(stdout).toContain('X509v3 Authority Key Identifier')
    expect(stdout).toMatch(
      new RegExp(
        `Serial Number: ${'AB'.repeat(16)}\\n +Revocation Date: Jan 20 00:00:00 2026 GMT\\n +CRL entry extensions:\\n +X509v3 CRL Reason Code: \\n +Key Compromise`,
      ),
    )
    expect(stdout).toMatch(/Serial Number: 01\n.*GMT\n +Serial Number: 02\n.*GMT\n +Signature/)
  })

  it('has no list at all when nothing is revoked', () => {
    const { stdout } = judge('openssl', ['crl', '-in', 'list', '-noout', '-text'], {
      list: certificateListPem(makeCrl(root, key)),
    })
    expect(stdout).toContain('No Revoked Certificates.')
  })

  it('is the same text to GnuTLS', () => {
    const crl = certificateListPem(makeCrl(root, key, { revoked: [{ serial: '1234', revokedAt }] }))
    const { stdout, exitCode } = judge('certtool', ['--crl-info', '--infile', 'crl'], { crl })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/Revoked certificates \(1\):\n\s+Serial Number \(hex\): 1234/)
  })

  it.each([
    ['a next update that is not later', { nextUpdate: day(2026, 2) }, 'is not after this update'],
    [
      'a serial number twice',
      {
        revoked: [
          { serial: '01', revokedAt },
          { serial: '00:01', revokedAt },
        ],
      },
      'is listed twice',
    ],
    ['a revocation to come', { revoked: [{ serial: '01', revokedAt: day(2026, 3) }] }, 'would be revoked at'],
    ['a negative number', { crlNumber: -1 }, 'CRL number `-1` is out of range'],
    ['a number of 21 octets', { crlNumber: 2n ** 160n }, 'is out of range'],
  ])('is refused with %s', (_, changes, message) => {
    expect(() => makeCrl(root, key, changes)).toThrow(message)
  })

  it('is refused from an issuer that may not sign CRLs', () => {
    expect(() => makeCrl(makeEndEntity(root, key, { publicKeySpki: key.spki }), key)).toThrow('may not sign CRLs')
  })
})
