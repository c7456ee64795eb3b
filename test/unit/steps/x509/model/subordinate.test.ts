import { describe, expect, it } from 'vitest'
import { certificatePem } from '../../../../../steps/x509/model/certificate.ts'
import { parseCsr } from '../../../../../steps/x509/model/csr.ts'
import { tags } from '../../../../../steps/x509/model/der.ts'
import { readName } from '../../../../../steps/x509/model/name-text.ts'
import { day, makeCsr, makeKey, makeRoot, makeSubordinate } from './hierarchy.ts'
import { judge } from './judge.ts'

const rootKey = makeKey('P-384')
const root = makeRoot(rootKey)
const csr = makeCsr(makeKey('RSA'))

describe('a subordinate', () => {
  it('says exactly what its profile says', () => {
    const ca = makeSubordinate(root, rootKey, csr, { crlDistributionPoint: 'http://crl.example.com/root.crl' })
    const { stdout } = judge('openssl', ['x509', '-in', 'ca', '-noout', '-text'], { ca: certificatePem(ca) })
    const hex = (id: string | undefined) => (id ?? '').toUpperCase().match(/../g)?.join(':')
    expect(stdout.slice(stdout.indexOf('X509v3 extensions'), stdout.lastIndexOf('Signature Algorithm')).trim()).toBe(
      [
        'X509v3 extensions:',
        '            X509v3 Basic Constraints: critical',
        '                CA:TRUE, pathlen:0',
        '            X509v3 Key Usage: critical',
        '                Digital Signature, Certificate Sign, CRL Sign',
        '            X509v3 Subject Key Identifier: ',
        `                ${hex(ca.decoded.subjectKeyIdentifier)}`,
        '            X509v3 Authority Key Identifier: ',
        `                ${hex(root.decoded.subjectKeyIdentifier)}`,
        '            X509v3 CRL Distribution Points: ',
        '                Full Name:',
        '                  URI:http://crl.example.com/root.crl',
      ].join('\n'),
    )
  })

  it('copies subject and key of the request and the subject of the issuer byte for byte', () => {
    const ca = makeSubordinate(root, rootKey, csr)
    expect([ca.subject, ca.spki, ca.issuer]).toEqual([csr.subject, csr.spki, root.subject])
    const strings = readName(ca.subject)
      .flat()
      .map(({ tag }) => tag)
    expect(strings).toEqual([tags.printableString, tags.utf8String, tags.utf8String])
  })

  it('may end with its issuer, to the second', () => {
    expect(makeSubordinate(root, rootKey, csr, { notAfter: root.notAfter }).notAfter).toEqual(root.notAfter)
  })

  it('refuses a request that another key signed', () => {
    const broken = Uint8Array.from(csr.der)
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    expect(() => makeSubordinate(root, rootKey, parseCsr(broken))).toThrow('is not signed by its own key')
  })

  it.each([
    [
      'after its issuer',
      { notAfter: new Date(day(2046).getTime() + 1000) },
      '`2046-01-01T00:00:01Z` is after `2046-01-01T00:00:00Z`',
    ],
    ['before its issuer', { notBefore: day(2025) }, 'would begin before its issuer'],
    ['another algorithm than its issuer makes', { signatureAlgorithm: 'rsa-pkcs1-sha256' as const }, 'cannot sign'],
  ])('is refused %s', (_, changes, message) => {
    expect(() => makeSubordinate(root, rootKey, csr, changes)).toThrow(message)
  })

  it('is refused unless its path length is below that of its issuer', () => {
    const limited = makeRoot(rootKey, { pathLength: 1 })
    expect(makeSubordinate(limited, rootKey, csr, { pathLength: 0 }).decoded.basicConstraints?.pathLength).toBe(0)
    for (const pathLength of [1, undefined])
      expect(() => makeSubordinate(limited, rootKey, csr, { pathLength })).toThrow('is not below that of issuer')
  })

  it('is refused under an issuer that is no CA', () => {
    const { issuer } = { issuer: { ...root, decoded: { ...root.decoded, basicConstraints: { ca: false } } } }
    expect(() => makeSubordinate(issuer, rootKey, csr)).toThrow('is not a CA')
  })
})
