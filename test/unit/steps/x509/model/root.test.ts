import { describe, expect, it } from 'vitest'
import { certificatePem } from '../../../../../steps/x509/model/certificate.ts'
import { sequence } from '../../../../../steps/x509/model/der.ts'
import { parseName } from '../../../../../steps/x509/model/name.ts'
import { day, makeKey, makeRoot } from './hierarchy.ts'
import { judge } from './judge.ts'

const key = makeKey('P-384')

describe('a root', () => {
  it('says exactly what its profile says', () => {
    const root = makeRoot(key)
    const { stdout } = judge('openssl', ['x509', '-in', 'root', '-noout', '-text'], { root: certificatePem(root) })
    const keyId = (root.decoded.subjectKeyIdentifier ?? '').toUpperCase().match(/../g)?.join(':')
    expect(stdout).toContain('Version: 3 (0x2)')
    expect(stdout).toContain('Not Before: Jan  1 00:00:00 2026 GMT\n            Not After : Jan  1 00:00:00 2046 GMT')
    expect(stdout.slice(stdout.indexOf('X509v3 extensions'), stdout.lastIndexOf('Signature Algorithm')).trim()).toBe(
      [
        'X509v3 extensions:',
        '            X509v3 Basic Constraints: critical',
        '                CA:TRUE',
        '            X509v3 Key Usage: critical',
        '                Certificate Sign, CRL Sign',
        '            X509v3 Subject Key Identifier: ',
        `                ${keyId}`,
      ].join('\n'),
    )
  })

  it('has the same key identifier that OpenSSL computes', () => {
    const root = makeRoot(key)
    const { stdout } = judge(
      'openssl',
      ['req', '-x509', '-new', '-key', 'private', '-subj', '/CN=x', '-addext', 'subjectKeyIdentifier=hash'],
      { private: key.privateKey.export({ type: 'pkcs8', format: 'pem' }) },
    )
    const theirs = judge('openssl', ['x509', '-in', 'it', '-noout', '-ext', 'subjectKeyIdentifier'], { it: stdout })
    expect(theirs.stdout.split('\n')[1]?.trim().replaceAll(':', '').toLowerCase()).toBe(
      root.decoded.subjectKeyIdentifier,
    )
  })

  it('has a path length when one is asked for', () => {
    expect(makeRoot(key, { pathLength: 2 }).decoded.basicConstraints).toEqual({ ca: true, pathLength: 2 })
  })

  it('crosses 2050 in the right time formats', () => {
    const { validity } = makeRoot(key, { notBefore: day(2049, 12, 31), notAfter: day(2050) })
    expect([validity.notBefore.text, validity.notAfter.text]).toEqual(['491231000000Z', '20500101000000Z'])
  })

  it.each([
    ['another algorithm than its key makes', { signatureAlgorithm: 'ecdsa-p256-sha256' as const }, 'cannot sign'],
    ['an RSA algorithm for an EC key', { signatureAlgorithm: 'rsa-pkcs1-sha256' as const }, 'cannot sign'],
    ['no name', { subject: sequence() }, 'subject of a CA is empty'],
    ['an empty validity', { notAfter: day(2026) }, 'validity is empty'],
    ['a serial number that is no hex', { serial: 'zz' }, 'is not hex'],
    ['a path length below zero', { pathLength: -1 }, 'path length'],
    ['something that is no key', { publicKeySpki: parseName('CN=x') }, 'not a public key'],
  ])('is refused with %s', (_, changes, message) => {
    expect(() => makeRoot(key, changes)).toThrow(message)
  })
})
