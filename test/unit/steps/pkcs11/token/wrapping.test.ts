import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commonOaepHash } from '../../../../../steps/pkcs11/token/mechanisms.ts'
import type { Pkcs11Token } from '../../../../../steps/pkcs11/token/token.ts'
import { never, SoftTokens } from './soft-token.ts'

const tokens = new SoftTokens('root', 'backup')
let root: Pkcs11Token
let backup: Pkcs11Token
const unwrapping = {
  label: 'unwrap',
  keyId: 'ee',
  algorithm: 'rsa-2048',
  purpose: 'unwrap',
  extractable: false,
} as const

beforeAll(async () => {
  root = await tokens.open('root')
  backup = await tokens.open('backup')
  await backup.generateKeyPair(unwrapping, never)
})
afterAll(async () => {
  await root?.close()
  await backup?.close()
  await tokens[Symbol.asyncDispose]()
})

const oaepHash = () => commonOaepHash(root.dialect, backup.dialect) ?? 'sha1'
const wrap = async (keyId: string) =>
  root.wrapFor({ keyId, wrappingSpki: await backup.publicKeySpki('ee', never), oaepHash: oaepHash() }, never)

describe.each([
  ['ec-p384', 'ec', '-sha384', 256 + 88],
  ['rsa-2048', 'rsa', '-sha256', undefined],
] as const)('a copy of a key %s', (algorithm, keyType, digest, bytes) => {
  const keyId = Buffer.from(algorithm).toString('hex')
  const copy = { label: 'copy', keyId, purpose: 'sign', extractable: false } as const

  it('signs on the second token, and both tokens keep nothing else', async () => {
    await root.generateKeyPair({ label: 'root', keyId, algorithm, purpose: 'sign', extractable: true }, never)
    const before = [await root.inventory(never), await backup.inventory(never)] as const
    const blob = await wrap(keyId)
    if (bytes !== undefined) expect(blob).toHaveLength(bytes)
    const spki = await root.publicKeySpki(keyId, never)
    const from = { unwrappingKeyId: 'ee', blob, oaepHash: oaepHash(), keyType }
    await backup.unwrapFrom({ ...from, ...copy }, never)
    expect(await backup.keyPairState(keyId, never)).toBe('private-only')
    await backup.createPublicKey({ spki, label: 'copy', keyId, purpose: 'sign' }, never)

    const nonce = randomBytes(64)
    const signature = await (await backup.signer(keyId, never)).sign(nonce, never)
    expect(tokens.verify(spki, digest, nonce, signature)).toBe('Verified OK')
    expect(await backup.publicKeySpki(keyId, never)).toEqual(spki)
    expect(await root.inventory(never)).toEqual(before[0])
    expect(await backup.inventory(never)).toHaveLength(before[1].length + 2)
  })

  it('no longer proves that it was generated on a token', async () => {
    const { private: found } = await backup.readAttributes(keyId, never)
    expect(found).toMatchObject({ LOCAL: false, ALWAYS_SENSITIVE: false, NEVER_EXTRACTABLE: false })
    expect(found).toMatchObject({ SENSITIVE: true, EXTRACTABLE: false, SIGN: true, UNWRAP: false, DECRYPT: false })
  })

  it('does not replace a key', async () => {
    const request = { unwrappingKeyId: 'ee', blob: await wrap(keyId), oaepHash: oaepHash(), keyType, ...copy }
    await expect(backup.unwrapFrom(request, never)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is never taken for half a generated pair', async () => {
    tokens.judge('backup', '--delete-object', '--type', 'pubkey', '--id', keyId)
    await expect(backup.removeHalfKeyPair(keyId, never)).rejects.toMatchObject({ code: 'conflict' })
  })
})

it('refuses to wrap what may not leave the token, and leaves nothing behind', async () => {
  await root.generateKeyPair(
    { label: 'x', keyId: 'aa', algorithm: 'ec-p256', purpose: 'sign', extractable: false },
    never,
  )
  const before = await root.inventory(never)
  await expect(wrap('aa')).rejects.toMatchObject({
    code: 'denied',
    facts: { operation: 'C_WrapKey', ckr: 'CKR_KEY_UNEXTRACTABLE', ckrCode: 106 },
  })
  expect(await root.inventory(never)).toEqual(before)
})

it('makes no key of a damaged blob', async () => {
  const keyId = 'ab'
  await root.generateKeyPair({ label: 'y', keyId, algorithm: 'ec-p256', purpose: 'sign', extractable: true }, never)
  const blob = await wrap(keyId)
  blob[blob.length - 1] = (blob[blob.length - 1] ?? 0) ^ 1
  const before = await backup.inventory(never)
  const from = { unwrappingKeyId: 'ee', blob, oaepHash: oaepHash(), keyType: 'ec' } as const
  const copy = { label: 'y', keyId, purpose: 'sign', extractable: false } as const
  await expect(backup.unwrapFrom({ ...from, ...copy }, never)).rejects.toMatchObject({
    facts: { operation: 'C_UnwrapKey' },
  })
  expect(await backup.inventory(never)).toEqual(before)
})

it('refuses a blob that is too short, and a wrapping key that is not RSA', async () => {
  const from = { unwrappingKeyId: 'ee', blob: new Uint8Array(256), oaepHash: oaepHash(), keyType: 'ec' } as const
  const copy = { label: 'z', keyId: 'ac', purpose: 'sign', extractable: false } as const
  await expect(backup.unwrapFrom({ ...from, ...copy }, never)).rejects.toMatchObject({ code: 'invalid' })
  const wrappingSpki = await root.publicKeySpki('aa', never)
  const request = { keyId: 'ab', wrappingSpki, oaepHash: oaepHash() }
  await expect(root.wrapFor(request, never)).rejects.toMatchObject({ code: 'invalid' })
})
