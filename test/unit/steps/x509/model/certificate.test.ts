import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  certificatePem,
  parseCertificate,
  parseCertificates,
  verifyCertificate,
} from '../../../../../steps/x509/model/certificate.ts'
import { day, makeCsr, makeEndEntity, makeKey, makeRoot, makeSubordinate } from './hierarchy.ts'
import { judge } from './judge.ts'

const rootKey = makeKey('P-384')
const root = makeRoot(rootKey)
const ca = makeSubordinate(root, rootKey, makeCsr(makeKey()), {
  pathLength: 3,
  crlDistributionPoint: 'http://crl.example.com/root.crl',
})

describe('a certificate', () => {
  it('reads the same as in node:crypto', () => {
    const theirs = new X509Certificate(certificatePem(ca))
    expect(theirs.serialNumber.toLowerCase()).toBe(ca.serialHex)
    expect(theirs.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(ca.fingerprintSha256)
    expect(new Date(theirs.validTo)).toEqual(ca.notAfter)
    expect(new Date(theirs.validFrom)).toEqual(ca.notBefore)
    expect(Uint8Array.from(theirs.publicKey.export({ type: 'spki', format: 'der' }))).toEqual(Uint8Array.from(ca.spki))
  })

  it('gives every field that a reviewer needs', () => {
    expect(ca).toMatchObject({
      version: 3,
      serialHex: '5a'.repeat(16),
      signatureAlgorithm: 'ecdsa-sha384',
      issuerText: 'C=US, O=Example Corp, CN=Example Root',
      subjectText: 'C=US, O=Example Corp, CN=Example Issuing CA',
      notAfter: day(2036),
      uniqueIdentifiers: false,
      decoded: {
        basicConstraints: { ca: true, pathLength: 3 },
        keyUsage: ['digitalSignature', 'keyCertSign', 'cRLSign'],
        authorityKeyIdentifier: { keyId: root.decoded.subjectKeyIdentifier, namesIssuer: false },
        crlDistributionPoints: ['http://crl.example.com/root.crl'],
        undecodable: [],
      },
    })
  })

  it('verifies under its issuer, by certificate or by key, and under no other', () => {
    expect(verifyCertificate(ca, root)).toBe(true)
    expect(verifyCertificate(ca, root.spki)).toBe(true)
    expect(verifyCertificate(ca, ca)).toBe(false)
    expect(verifyCertificate(ca, makeKey('P-384').spki)).toBe(false)
    expect(verifyCertificate(ca, makeKey('RSA').spki)).toBe(false)
  })

  it('does not verify once any octet of its to-be-signed part is another', () => {
    const start = ca.der.length - ca.signature.length
    for (let at = 8; at < start; at += 37) {
      const changed = Uint8Array.from(ca.der)
      changed[at] = (changed[at] ?? 0) ^ 1
      let verified = false
      try {
        verified = verifyCertificate(parseCertificate(changed), root)
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid' })
      }
      expect(verified).toBe(false)
    }
  })

  it('keeps its bytes from DER to PEM and back', () => {
    expect(parseCertificate(certificatePem(ca)).der).toEqual(parseCertificate(ca.der).der)
    expect(parseCertificates(certificatePem(ca) + certificatePem(root)).map((each) => each.subjectText)).toEqual([
      ca.subjectText,
      root.subjectText,
    ])
  })

  it('is refused when it is something else', () => {
    expect(() => parseCertificate(makeCsr(makeKey()).der)).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(() => parseCertificate(Uint8Array.of(...ca.der, 0))).toThrow('followed by 1 more bytes')
  })

  it('is read whatever OpenSSL put into it', () => {
    const config = [
      'basicConstraints=critical,CA:TRUE,pathlen:1',
      'keyUsage=critical,digitalSignature,keyEncipherment',
      'extendedKeyUsage=serverAuth,1.2.3.4',
      'subjectAltName=DNS:a.example.com,IP:192.0.2.1,email:a@example.com',
      'authorityInfoAccess=OCSP;URI:http://ocsp.example.com,caIssuers;URI:http://ca.example.com/ca.cer',
      'certificatePolicies=1.2.3.4,2.23.140.1.2.1',
      'crlDistributionPoints=URI:http://a.example.com/a.crl,URI:ldap://b',
    ].flatMap((line) => ['-addext', line])
    const args = ['req', '-x509', '-new', '-key', 'key', '-subj', '/C=US/CN=Bücher/emailAddress=a@example.com', '-utf8']
    const key = makeKey().privateKey.export({ type: 'pkcs8', format: 'pem' })
    const made = parseCertificate(judge('openssl', [...args, ...config], { key }).stdout)
    expect(made.subjectText).toBe('C=US, CN=Bücher, emailAddress=a@example.com')
    expect(made.decoded).toMatchObject({
      basicConstraints: { ca: true, pathLength: 1 },
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.2.3.4'],
      subjectAlternativeName: [
        { kind: 'dns', text: 'a.example.com' },
        { kind: 'ip', address: '192.0.2.1' },
        { kind: 'email', text: 'a@example.com' },
      ],
      authorityInformationAccess: { ocsp: ['http://ocsp.example.com'], caIssuers: ['http://ca.example.com/ca.cer'] },
      certificatePolicies: ['1.2.3.4', '2.23.140.1.2.1'],
      crlDistributionPoints: ['http://a.example.com/a.crl', 'ldap://b'],
      undecodable: [],
    })
    expect(verifyCertificate(made, made)).toBe(true)
  })

  it('is an end entity without CA', () => {
    expect(makeEndEntity(root, rootKey).decoded.basicConstraints).toEqual({ ca: false })
  })

  it('is read or refused with a clear error, whatever one octet of it is', () => {
    const octet = fc.tuple(fc.nat({ max: ca.der.length - 1 }), fc.nat({ max: 255 }))
    fc.assert(
      fc.property(octet, ([at, value]) => {
        const changed = Uint8Array.from(ca.der)
        changed[at] = value
        try {
          parseCertificate(changed)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid' })
        }
      }),
      { numRuns: 400 },
    )
  })
})
