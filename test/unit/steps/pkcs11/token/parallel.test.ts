import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { StepError } from '../../../../../engine/step/errors.ts'
import { Connection } from '../../../../../steps/pkcs11/token/connection.ts'
import { anyCallRunning, parallelCalls } from '../../../../../steps/pkcs11/token/native-calls.ts'
import type { Pkcs11Token } from '../../../../../steps/pkcs11/token/token.ts'
import { never, SoftTokens } from './soft-token.ts'

const tokens = new SoftTokens('root')
let token: Pkcs11Token
beforeAll(async () => {
  token = await tokens.open('root')
  await token.generateKeyPair({ ...key, keyId: 'a1', algorithm: 'rsa-2048' }, never)
  await token.generateKeyPair({ ...key, keyId: 'a2', algorithm: 'ec-p256' }, never)
})
afterAll(async () => {
  await token?.close()
  await tokens[Symbol.asyncDispose]()
})
const key = { label: 'key', purpose: 'sign', extractable: false } as const
const publicKeyOf = (spki: Uint8Array) => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })

it('signs many messages at once, each with its own signature', async () => {
  for (const keyId of ['a1', 'a2']) {
    const signer = await token.signer(keyId, never)
    const messages = Array.from({ length: 60 }, () => randomBytes(500))
    const signatures = await Promise.all(messages.map((message) => signer.sign(message, never)))
    const good = messages.map((message, index) =>
      verify('sha256', message, publicKeyOf(signer.publicKeySpki), signatures[index] ?? new Uint8Array()),
    )
    expect(good).not.toContain(false)
  }
})

it('keeps one thread of the pool free for the journal', () => {
  expect(parallelCalls()).toBe(3)
})

it('refuses another algorithm than the key has', async () => {
  const signer = await token.signer('a1', never, 'rsa-pkcs1-sha512')
  const message = randomBytes(10)
  expect(verify('sha512', message, publicKeyOf(signer.publicKeySpki), await signer.sign(message, never))).toBe(true)
  await expect(token.signer('a1', never, 'ecdsa-p256-sha256')).rejects.toMatchObject({ code: 'invalid' })
})

it('forgets the handle of a key that was destroyed', async () => {
  const signer = await token.signer('a2', never)
  await token.destroyKey('a2', never)
  const sign = () =>
    signer.sign(randomBytes(9), never).catch((error: unknown) => (StepError.is(error) ? error.code : error))
  expect(await Promise.all([sign(), sign(), sign()])).not.toContainEqual(expect.any(Uint8Array))
  await expect(signer.sign(randomBytes(9), never)).rejects.toMatchObject({ code: 'not-found' })
})

/** Resolves when a key generation was sent to the thread. */
async function generationSent(): Promise<void> {
  const call = vi.spyOn(Connection.prototype, 'call')
  onTestFinished(() => call.mockRestore())
  const sent = () => call.mock.calls.some(([operation]) => operation === 'generateKeyPair')
  await vi.waitUntil(sent, { interval: 1, timeout: 10_000 })
}

it('cancels the caller of a long call at once, while the call goes on and the thread stays free', async () => {
  const abort = new AbortController()
  const generated = token.generateKeyPair({ ...key, keyId: 'b1', algorithm: 'rsa-4096' }, abort.signal)
  const cancelled = generated.catch((error: unknown) => error)
  await generationSent()
  await token.random(1, never) // the thread answers others
  abort.abort()
  expect(await cancelled).toMatchObject({ code: 'cancelled', outcomeUnknown: true })
  expect(anyCallRunning()).toBe(true)
  // a look waits for the change that is running
  expect(await token.keyPairState('b1', never)).toBe('complete')
  expect(anyCallRunning()).toBe(false)
})

it('changes and looks at objects at the same time without harm', async () => {
  const keyIds = ['c1', 'c2', 'c3', 'c4']
  const generate = (keyId: string) => token.generateKeyPair({ ...key, keyId, algorithm: 'ec-p256' }, never)
  const looks = Array.from({ length: 40 }, () => token.inventory(never))
  await Promise.all([...keyIds.map(generate), ...looks])
  const states = await Promise.all(keyIds.map((keyId) => token.keyPairState(keyId, never)))
  expect(states).toEqual(keyIds.map(() => 'complete'))
})

it('begins nothing for a caller who has cancelled already', async () => {
  const keyId = 'b2'
  const generated = token.generateKeyPair({ ...key, keyId, algorithm: 'ec-p256' }, AbortSignal.abort())
  await expect(generated).rejects.toMatchObject({ code: 'cancelled', outcomeUnknown: false })
  expect(await token.keyPairState(keyId, never)).toBe('absent')
})

it('waits for running calls when it is closed', async () => {
  const other = await tokens.open('root')
  const abort = new AbortController()
  const generated = other.generateKeyPair({ ...key, keyId: 'b3', algorithm: 'rsa-2048' }, abort.signal)
  await generationSent()
  abort.abort()
  await expect(generated).rejects.toMatchObject({ code: 'cancelled' })
  await other.close()
  expect(anyCallRunning()).toBe(false)
})
