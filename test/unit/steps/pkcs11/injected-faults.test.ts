import { expect, it } from 'vitest'
import { tokenFaultNames } from '../../../../engine/step/simulator.ts'
import { copyKey } from '../../../../steps/pkcs11/copy-key.ts'
import { keyIdOfEffect } from '../../../../steps/pkcs11/token/effect-key-id.ts'
import { faultVariable } from '../../../../steps/pkcs11/fault-folder.ts'
import { generateKeyPair } from '../../../../steps/pkcs11/generate-key-pair.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'
import { addKey, addWrappingKey, contextOf, effectId } from './keys.ts'
import { never, SandboxTokens } from './sandbox-tokens.ts'

const wanted = { label: 'example-root', algorithm: 'ec-p256', extractable: true } as const
const own = keyIdOfEffect(effectId)

const lookAgain = (token: Pkcs11Token) => generateKeyPair.check(wanted, contextOf<'token'>(token, { effectId }))
const apply = (token: Pkcs11Token) => generateKeyPair.apply(wanted, contextOf<'token'>(token, { effectId }))

it('every fault happens in the call that it is aimed at, and once', async () => {
  await using tokens = new SandboxTokens()
  const token = await tokens.open('root')
  for (const fault of tokenFaultNames) {
    tokens.faults.add(`pkcs11.C_GenerateRandom#2=${fault}`)
    const results = []
    for (let n = 0; n < 3; n += 1) {
      const result = await token.random(8, never).catch((error: unknown) => error)
      results.push(result instanceof Error ? result.message.replace(/^.*`(CKR_\w+)`$/, '$1') : 'answered')
    }
    const second = {
      'device-error': 'CKR_DEVICE_ERROR',
      'device-removed': 'CKR_DEVICE_REMOVED',
      'session-handle-invalid': 'CKR_SESSION_HANDLE_INVALID',
      'session-closed': 'CKR_SESSION_CLOSED',
      'host-memory': 'CKR_HOST_MEMORY',
      'logged-out': 'answered', // chance needs no login
      lost: 'CKR_FUNCTION_FAILED',
    }[fault]
    expect(results, fault).toEqual(['answered', second, 'answered'])
  }
})

it('a key pair whose answer was lost is found again by its key ID', async () => {
  await using tokens = new SandboxTokens()
  const token = await tokens.open('root')
  tokens.faults.add('pkcs11.C_GenerateKeyPair=lost')
  await expect(apply(token)).rejects.toMatchObject({ code: 'device', outcomeUnknown: true })
  expect(await lookAgain(token)).toMatchObject({ state: 'satisfied', madeBy: effectId, outputs: { keyId: own } })
  expect(tokens.judge('root', '-O').match(new RegExp(own, 'g'))).toHaveLength(2)
})

it('a token that lost its login is not taken for one without keys', async () => {
  await using tokens = new SandboxTokens()
  const token = await tokens.open('root')
  await apply(token)
  tokens.faults.add('pkcs11.C_FindObjectsInit=logged-out')
  await expect(lookAgain(token)).rejects.toMatchObject({ code: 'session', facts: { ckr: 'CKR_USER_NOT_LOGGED_IN' } })
})

it('the digest of a wrapped key is known when the answer was lost', async () => {
  await using tokens = new SandboxTokens()
  await tokens.entry('root') // both are made before the module is opened
  await tokens.entry('backup')
  const [from, to] = [await tokens.open('root'), await tokens.open('backup')]
  const { keyId } = await addKey(from)
  const { spkiSha256 } = await addWrappingKey(to)
  const inputs = {
    key: keyId,
    label: 'copy',
    extractable: true,
    wrappingKeyLabel: 'wrapping',
    wrappingKeySha256: spkiSha256,
  }
  const context = contextOf<{ readonly from: 'token'; readonly to: 'token' }>({ from, to }, { effectId })
  tokens.faults.add('pkcs11.C_UnwrapKey#2=lost')
  await expect(copyKey.apply(inputs, context)).rejects.toMatchObject({ code: 'device', outcomeUnknown: true })
  expect(await copyKey.check(inputs, context)).toMatchObject({ state: 'partial' })
  const answer = await copyKey.apply(inputs, context)
  expect(await copyKey.check(inputs, context)).toMatchObject({ state: 'satisfied', outputs: answer })
})

it('faults are refused outside of a sandbox, and from another folder', async () => {
  await using tokens = new SandboxTokens()
  const entry = await tokens.entry('root')
  await expect(tokens.bind(entry, { sandbox: false })).rejects.toMatchObject({ code: 'denied' })
  const elsewhere = { ...entry, environment: { ...entry.environment, [faultVariable]: '/tmp' } }
  await expect(tokens.bind(elsewhere)).rejects.toMatchObject({ code: 'denied' })
})
