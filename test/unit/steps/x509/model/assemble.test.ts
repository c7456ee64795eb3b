import { describe, expect, it } from 'vitest'
import { assemble } from '../../../../../steps/x509/model/assemble.ts'
import { parseTbs } from '../../../../../steps/x509/model/parse-tbs.ts'
import { makeCrl, makeCsr, makeKey, makeRoot } from './hierarchy.ts'

const key = makeKey()
const root = makeRoot(key)

describe('putting together', () => {
  it('keeps the to-be-signed part as it is, under either name of the algorithm', () => {
    for (const algorithm of ['ecdsa-p256-sha256', 'ecdsa-sha256'] as const)
      expect(assemble(root.tbs, algorithm, root.signature)).toEqual(root.der)
  })

  it('refuses another algorithm than the to-be-signed part names', () => {
    expect(() => assemble(root.tbs, 'ecdsa-p384-sha384', root.signature)).toThrow(
      'the to-be-signed part names `ecdsa-sha256`, the signature is `ecdsa-p384-sha384`',
    )
  })

  it('refuses a certificate request', () => {
    expect(() => assemble(makeCsr(key).tbs, key.algorithm, root.signature)).toThrow('this is a certificate request')
  })
})

describe('a to-be-signed part', () => {
  it('is told by its structure', () => {
    expect([root.tbs, makeCrl(root, key).tbs, makeCsr(key).tbs].map((tbs) => parseTbs(tbs).kind)).toEqual([
      'certificate',
      'crl',
      'request',
    ])
  })

  it('is refused when it is a whole certificate', () => {
    expect(() => parseTbs(root.der)).toThrow('this is no to-be-signed part')
  })
})
