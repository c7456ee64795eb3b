import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pkcs11Token } from '../../../../../steps/pkcs11/token/token.ts'
import { never, SoftTokens } from './soft-token.ts'

const tokens = new SoftTokens('root')
let token: Pkcs11Token
beforeAll(async () => {
  token = await tokens.open('root')
})
afterAll(async () => {
  await token?.close()
  await tokens[Symbol.asyncDispose]()
})

const data = randomBytes(3000)
const request = { purpose: 'sign', extractable: true } as const

describe.each([
  ['ec-p256', 'ecdsa-p256-sha256', '-sha256'],
  ['ec-p384', 'ecdsa-p384-sha384', '-sha384'],
  ['rsa-2048', 'rsa-pkcs1-sha256', '-sha256'],
] as const)('a key pair %s', (algorithm, signature, digest) => {
  const keyId = createHash('sha256').update(algorithm).digest('hex').slice(0, 32)

  it('signs what openssl verifies', async () => {
    await token.generateKeyPair({ ...request, label: `key ${algorithm}`, keyId, algorithm }, never)
    const signer = await token.signer(keyId, never)
    expect(signer.algorithm).toBe(signature)
    expect(signer.publicKeySpki).toEqual(await token.publicKeySpki(keyId, never))
    const value = await signer.sign(data, never)
    expect(tokens.verify(signer.publicKeySpki, digest, data, value)).toBe('Verified OK')
  })

  it('is described as it was asked for', async () => {
    const record = await token.readAttributes(keyId, never)
    expect(record).toMatchObject({ keyId, label: `key ${algorithm}`, algorithm })
    expect(record.private).toEqual({
      ...{ TOKEN: true, PRIVATE: true, SENSITIVE: true, ALWAYS_SENSITIVE: true, LOCAL: true, SIGN: true },
      ...{ EXTRACTABLE: true, NEVER_EXTRACTABLE: false, WRAP_WITH_TRUSTED: false, MODIFIABLE: true, DESTROYABLE: true },
      ...{ DECRYPT: false, UNWRAP: false, DERIVE: false },
    })
    expect(record.public).toEqual({
      ...{ TOKEN: true, PRIVATE: true, LOCAL: true, MODIFIABLE: true, DESTROYABLE: true, VERIFY: true },
      ...{ ENCRYPT: false, WRAP: false, DERIVE: false, TRUSTED: false },
    })
  })
})

it('gives what it was told to another program', async () => {
  const keyId = 'c0ffee01'
  await token.generateKeyPair({ ...request, label: 'judged', keyId, algorithm: 'ec-p384' }, never)
  const [, objects = ''] = tokens.judge('root', '--list-objects', '--type', 'privkey').split(/label: +judged\n/)
  expect(objects).toMatch(
    /^\s+ID: +c0ffee01\n\s+Usage: +sign\n\s+Access: +sensitive, always sensitive, extractable, local/,
  )
  const point = /EC_POINT: +0461([0-9a-f]+)/g
  const listed = tokens.judge('root', '--list-objects', '--type', 'pubkey')
  const points = [...listed.matchAll(point)].flatMap(([, hex]) => hex ?? [])
  const spki = Buffer.from(await token.publicKeySpki(keyId, never)).toString('hex')
  expect(points).toContain(spki.slice(-2 * 97))
})

it('refuses a key ID that is taken', async () => {
  const key = { ...request, label: 'first', keyId: 'aa01', algorithm: 'ec-p256' } as const
  await token.generateKeyPair(key, never)
  await expect(token.generateKeyPair({ ...key, label: 'second' }, never)).rejects.toMatchObject({ code: 'conflict' })
})

it('destroys both objects of a key pair', async () => {
  const before = await token.inventory(never)
  await token.generateKeyPair({ ...request, label: 'gone', keyId: 'aa02', algorithm: 'ec-p256' }, never)
  expect(await token.keyPairState('aa02', never)).toBe('complete')
  await token.destroyKey('aa02', never)
  expect(await token.inventory(never)).toEqual(before)
  await expect(token.destroyKey('aa02', never)).rejects.toMatchObject({ code: 'not-found' })
})

it('forbids extraction for good', async () => {
  await token.generateKeyPair({ ...request, label: 'closed', keyId: 'aa03', algorithm: 'ec-p256' }, never)
  await token.setExtractableFalse('aa03', never)
  const record = await token.readAttributes('aa03', never)
  expect(record.private).toMatchObject({ EXTRACTABLE: false, NEVER_EXTRACTABLE: false })
})

it('refuses to unwrap with an EC key', async () => {
  const key = { ...request, label: 'w', keyId: 'aa04', algorithm: 'ec-p256', purpose: 'unwrap' } as const
  await expect(token.generateKeyPair(key, never)).rejects.toMatchObject({ code: 'invalid' })
})

it('tells a missing key from a wrong key ID', async () => {
  await expect(token.signer('dead', never)).rejects.toMatchObject({ code: 'not-found' })
  await expect(token.signer('DEAD', never)).rejects.toMatchObject({ code: 'invalid' })
})

it('gives random bytes of the length asked for', async () => {
  const [first, second] = await Promise.all([token.random(64, never), token.random(64, never)])
  expect(first).toHaveLength(64)
  expect(first).not.toEqual(second)
})

describe('half a key pair', () => {
  it('is told apart and removed', async () => {
    await token.generateKeyPair({ ...request, label: 'half', keyId: 'aa05', algorithm: 'ec-p256' }, never)
    tokens.judge('root', '--delete-object', '--type', 'privkey', '--id', 'aa05')
    expect(await token.keyPairState('aa05', never)).toBe('public-only')
    await token.removeHalfKeyPair('aa05', never)
    expect(await token.keyPairState('aa05', never)).toBe('absent')
    await token.removeHalfKeyPair('aa05', never)
  })

  it('is not taken for a complete pair', async () => {
    await token.generateKeyPair({ ...request, label: 'whole', keyId: 'aa06', algorithm: 'ec-p256' }, never)
    await expect(token.removeHalfKeyPair('aa06', never)).rejects.toMatchObject({ code: 'conflict' })
    tokens.judge('root', '--delete-object', '--type', 'pubkey', '--id', 'aa06')
    expect(await token.keyPairState('aa06', never)).toBe('private-only')
  })
})

it('names the objects when several have the key ID', async () => {
  tokens.judge('root', '--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'one', '--id', 'bb01')
  tokens.judge('root', '--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'two', '--id', 'bb01')
  await expect(token.signer('bb01', never)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('2 private-key objects have key ID `bb01`'),
  })
})

it('finds keys by label, with their attributes and without handles', async () => {
  tokens.judge('root', '--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'twin', '--id', 'bb02')
  tokens.judge('root', '--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'twin', '--id', 'bb03')
  const found = await token.findKeys({ class: 'private-key', label: 'twin' }, never)
  expect(found.map(({ keyId }) => keyId)).toEqual(['bb02', 'bb03'])
  expect(Object.keys(found[0] ?? {}).toSorted()).toEqual(['attributes', 'class', 'keyId', 'keyType', 'label'])
  expect(found[0]).toMatchObject({ keyType: 'ec', attributes: { LOCAL: true, SIGN: true } })
})
