import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  algorithmIdentifier,
  algorithmOf,
  findAlgorithm,
  x509Algorithm,
  x509Algorithms,
} from '../../../../../steps/x509/model/algorithm.ts'
import { nullValue, oid, sequence } from '../../../../../steps/x509/model/der.ts'
import { signLocally, verifySignature } from '../../../../../steps/x509/model/signature.ts'
import { signatureAlgorithms } from '../../../../../engine/step/capabilities.ts'
import { makeKey } from './hierarchy.ts'

const data = Buffer.from('data')
const ec = makeKey('P-256')
const p384 = makeKey('P-384')
const rsa = makeKey('RSA')

describe('a signature', () => {
  it.each([
    ['ecdsa-sha256', ec],
    ['ecdsa-sha384', ec],
    ['ecdsa-p256-sha256', ec],
    ['ecdsa-p384-sha384', p384],
    ['ecdsa-sha512', makeKey('P-521')],
    ['rsa-pkcs1-sha256', rsa],
    ['rsa-pkcs1-sha384', rsa],
    ['rsa-pkcs1-sha512', rsa],
  ] as const)('by %s verifies over its data alone', (algorithm, key) => {
    const signature = signLocally(key.privateKey, algorithm, data)
    expect(verifySignature(key.spki, algorithm, data, signature)).toBe(true)
    expect(verifySignature(key.spki, algorithm, Buffer.from('date'), signature)).toBe(false)
    expect(verifySignature(makeKey().spki, algorithm, data, signature)).toBe(false)
  })

  it('does not verify under another hash, curve or family', () => {
    const signature = signLocally(ec.privateKey, 'ecdsa-sha256', data)
    expect(verifySignature(ec.spki, 'ecdsa-sha384', data, signature)).toBe(false)
    expect(
      verifySignature(p384.spki, 'ecdsa-p256-sha256', data, signLocally(p384.privateKey, 'ecdsa-sha256', data)),
    ).toBe(false)
    expect(verifySignature(rsa.spki, 'ecdsa-sha256', data, signature)).toBe(false)
  })

  it.each([
    ['empty', new Uint8Array()],
    ['raw r and s', new Uint8Array(64).fill(1)],
    ['cut', signLocally(ec.privateKey, 'ecdsa-sha256', data).subarray(0, 60)],
  ])('does not verify when it is %s', (_, signature) => {
    expect(verifySignature(ec.spki, 'ecdsa-sha256', data, signature)).toBe(false)
  })

  it('is not looked at under something that is no key', () => {
    expect(() => verifySignature(sequence(), 'ecdsa-sha256', data, data)).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    )
  })
})

describe('an algorithm identifier', () => {
  it('comes back for every algorithm of certificates and of runbooks', () => {
    for (const algorithm of x509Algorithms) expect(algorithmOf(algorithmIdentifier(algorithm))).toBe(algorithm)
    for (const algorithm of signatureAlgorithms)
      expect(algorithmOf(algorithmIdentifier(algorithm))).toBe(x509Algorithm(algorithm))
  })

  it('is none of ours with NULL for ECDSA, nothing for RSA, or SHA-1', () => {
    expect(findAlgorithm(sequence(oid('1.2.840.10045.4.3.2'), nullValue()))).toBeUndefined()
    expect(findAlgorithm(sequence(oid('1.2.840.113549.1.1.11')))).toBeUndefined()
    expect(() => algorithmOf(sequence(oid('1.2.840.113549.1.1.5'), nullValue()))).toThrow('is not supported')
  })

  it('fits no key of another family', () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const spki = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))
    expect(verifySignature(spki, 'ecdsa-sha256', data, data)).toBe(false)
  })
})
