import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { effectIdOf } from '../../../../engine/run/effect-id.ts'
import { newRunId } from '../../../../engine/run/run-id.ts'
import { effectOfKeyId, keyIdOfEffect } from '../../../../steps/pkcs11/token/effect-key-id.ts'
import { generateKeyPair } from '../../../../steps/pkcs11/generate-key-pair.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'
import { addKey, contextOf, effectId } from './keys.ts'
import { never, SandboxTokens } from './sandbox-tokens.ts'

const template = new SandboxTokens()
beforeAll(() => template.entry('root'))
afterAll(() => template[Symbol.asyncDispose]())

const wanted = { label: 'example-root', algorithm: 'ec-p256', extractable: true } as const
const own = keyIdOfEffect(effectId)

async function inToken(test: (token: Pkcs11Token, tokens: SandboxTokens) => Promise<void>): Promise<void> {
  await using tokens = SandboxTokens.copyOf(template)
  await test(await tokens.open('root'), tokens)
}

/** The first look of another run. */
const look = (token: Pkcs11Token, inputs: Parameters<typeof generateKeyPair.check>[0] = wanted) =>
  generateKeyPair.check(inputs, contextOf<'token'>(token))
/** A look after `started`. */
const lookAgain = (token: Pkcs11Token) => generateKeyPair.check(wanted, contextOf<'token'>(token, { effectId }))
const apply = (token: Pkcs11Token) => generateKeyPair.apply(wanted, contextOf<'token'>(token, { effectId }))

function removeWith(tokens: SandboxTokens, type: 'privkey' | 'pubkey', id: string): void {
  tokens.judge('root', '--delete-object', '--type', type, '--id', id)
}

it('knows the effect of every key ID that the engine chooses', () => {
  const chosen = effectIdOf(newRunId(new Date()), 'rootKey')
  expect(effectOfKeyId(keyIdOfEffect(chosen))).toBe(chosen)
  for (const stranger of ['', '01', 'a1b2c3', Buffer.from('my key').toString('hex')]) {
    expect(effectOfKeyId(stranger)).toBeUndefined()
  }
})

it('makes a key whose ID names its effect, as pkcs11-tool sees it', () =>
  inToken(async (token, tokens) => {
    expect(await look(token)).toEqual({ state: 'absent' })
    await apply(token)
    expect(await lookAgain(token)).toMatchObject({ state: 'satisfied', madeBy: effectId, outputs: { keyId: own } })
    expect(await look(token)).toMatchObject({ state: 'satisfied', madeBy: effectId })
    const seen = tokens.judge('root', '-O')
    expect(seen.match(new RegExp(own, 'g'))).toHaveLength(2)
    expect(seen).toContain('sensitive, always sensitive, extractable, local')
  }))

it('makes no second key when it is applied again', () =>
  inToken(async (token, tokens) => {
    await apply(token)
    const before = tokens.fingerprint()
    await apply(token)
    expect(tokens.fingerprint()).toBe(before)
  }))

describe('a label that is taken', () => {
  it('by another run: names its effect', () =>
    inToken(async (token) => {
      const other = '20250101-000000-abcde.zzzzzz'
      await addKey(token, { keyId: keyIdOfEffect(other) })
      expect(await look(token)).toMatchObject({ state: 'satisfied', madeBy: other })
    }))

  it('by a key that differs: says how', () =>
    inToken(async (token) => {
      await addKey(token, { algorithm: 'ec-p384', extractable: false })
      expect(await look(token)).toMatchObject({
        state: 'conflict',
        differs: expect.stringMatching(
          /algorithm is `ec-p384`, wanted `ec-p256`; `EXTRACTABLE` is `false`, wanted `true`/,
        ),
      })
    }))

  it('by a key of unknown origin: wants its digest before it is adopted', () =>
    inToken(async (token) => {
      const { spkiSha256 } = await addKey(token)
      expect(await look(token)).toMatchObject({ state: 'conflict', hint: expect.stringContaining('adoptSpkiSha256') })
      expect(await look(token, { ...wanted, adoptSpkiSha256: spkiSha256 })).toMatchObject({ state: 'satisfied' })
      expect(await look(token, { ...wanted, adoptSpkiSha256: '0'.repeat(64) })).toMatchObject({ state: 'conflict' })
    }))

  it('by a key whose id looks like that of a run: is adopted by its digest alone', () =>
    inToken(async (token) => {
      const { spkiSha256 } = await addKey(token, { keyId: keyIdOfEffect('20250101-000000-abcde.zzzzzz') })
      const adopt = (adoptSpkiSha256?: string) =>
        generateKeyPair.check(adoptSpkiSha256 === undefined ? wanted : { ...wanted, adoptSpkiSha256 }, {
          ...contextOf<'token'>(token),
          effectId: undefined,
          existing: 'adopt',
        })
      expect(await adopt()).toMatchObject({ state: 'conflict', hint: expect.stringContaining('adoptSpkiSha256') })
      expect(await adopt(spkiSha256)).toMatchObject({ state: 'satisfied' })
    }))

  it('twice: names both key IDs', () =>
    inToken(async (token) => {
      await addKey(token, { keyId: 'a1' })
      await addKey(token, { keyId: 'a2' })
      expect(await look(token)).toMatchObject({
        state: 'conflict',
        differs: '2 private-key objects are labelled `example-root`: key ID `a1`, key ID `a2`',
      })
    }))

  it.each(['privkey', 'pubkey'] as const)(
    'by half a pair of someone else, without its %s: is theirs to clear',
    (type) =>
      inToken(async (token, tokens) => {
        await addKey(token, { keyId: 'a1' })
        removeWith(tokens, type, 'a1')
        for (const answer of [await look(token), await lookAgain(token)]) {
          expect(answer).toMatchObject({ state: 'conflict', differs: expect.stringContaining('without its') })
        }
      }),
  )
})

it.each(['privkey', 'pubkey'] as const)('makes its own pair anew that a crash left without its %s', (type) =>
  inToken(async (token, tokens) => {
    await apply(token)
    removeWith(tokens, type, own)
    expect(await lookAgain(token)).toMatchObject({ state: 'partial' })
    await apply(token)
    expect(await lookAgain(token)).toMatchObject({ state: 'satisfied', madeBy: effectId })
    expect(await token.inventory(never)).toHaveLength(2)
  }),
)

it('destroys no key that another effect made', () =>
  inToken(async (token, tokens) => {
    const outputs = await addKey(token)
    const before = tokens.fingerprint()
    if (typeof generateKeyPair.undo === 'string') throw new Error('has no undo')
    const undone = generateKeyPair.undo.run(wanted, outputs, contextOf<'token'>(token, { effectId }))
    await expect(undone).rejects.toMatchObject({ code: 'conflict' })
    expect(tokens.fingerprint()).toBe(before)
  }))
