import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyIdentifier, spkiSha256 } from '../../../../../steps/x509/model/digest.ts'
import { encodePem } from '../../../../../steps/x509/model/pem.ts'
import { keyFits, parsePublicKey, publicKeyKind, publicKeyText } from '../../../../../steps/x509/model/public-key.ts'
import { makeKey } from './hierarchy.ts'
import { judge } from './judge.ts'

const ec = makeKey('P-384')
const rsa = makeKey('RSA', 3072)

describe('a public key', () => {
  it('is read from PEM and DER, byte for byte', () => {
    for (const source of [encodePem('PUBLIC KEY', ec.spki), ec.spki]) expect(parsePublicKey(source)).toEqual(ec.spki)
  })

  it('is told by kind and size', () => {
    expect(publicKeyKind(ec.spki)).toEqual({ kind: 'ec', curve: 'P-384' })
    expect(publicKeyKind(rsa.spki)).toMatchObject({ kind: 'rsa', modulusBits: 3072, exponent: 65_537n })
    expect([publicKeyText(ec.spki), publicKeyText(rsa.spki)]).toEqual(['EC P-384', 'RSA 3072 bits, exponent 65537'])
  })

  it('fits the algorithms of its family and its curve', () => {
    const algorithms = ['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-sha256', 'rsa-pkcs1-sha256'] as const
    expect(algorithms.map((algorithm) => keyFits(ec.spki, algorithm))).toEqual([false, true, true, false])
    expect(algorithms.map((algorithm) => keyFits(rsa.spki, algorithm))).toEqual([false, false, false, true])
  })

  it('is refused when its point is not on its curve', () => {
    const off = Uint8Array.from(ec.spki)
    off[off.length - 1] = (off.at(-1) ?? 0) ^ 1
    expect(() => parsePublicKey(off)).toThrow('not a public key')
  })

  it('is refused with anything after it', () => {
    expect(() => parsePublicKey(Uint8Array.of(...ec.spki, 0))).toThrow('followed by 1 more bytes')
  })

  it('has the SHA-256 that OpenSSL gives', () => {
    const { stdout } = judge('openssl', ['dgst', '-sha256', '-r', 'spki'], { spki: ec.spki })
    expect(stdout.slice(0, 64)).toBe(spkiSha256(ec.spki))
  })

  it('has the SHA-1 of its point as key identifier', () => {
    const sha1 = createHash('sha1').update(ec.spki.subarray(-97)).digest('hex')
    expect(Buffer.from(keyIdentifier(ec.spki)).toString('hex')).toBe(sha1)
  })
})
