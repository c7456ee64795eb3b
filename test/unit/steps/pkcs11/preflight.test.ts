import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mechanisms, sessions } from '../../../../steps/pkcs11/preflight.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'
import { contextWith, step } from '../../engine/preflight/looking.ts'
import { SandboxTokens } from './sandbox-tokens.ts'

let tokens: SandboxTokens
let token: Pkcs11Token

beforeAll(async () => {
  tokens = new SandboxTokens()
  token = await tokens.open('rootToken')
})

afterAll(() => tokens[Symbol.asyncDispose]())

/** The token, offering something else. */
function offering(change: Partial<Awaited<ReturnType<Pkcs11Token['offer']>>>): Pkcs11Token {
  const changed: Pkcs11Token = Object.create(token, {
    offer: { value: async (signal: AbortSignal) => ({ ...(await token.offer(signal)), ...change }) },
  })
  return changed
}

const makeKey = step('pkcs11.generate-key-pair', { id: 'rootKey' }, { algorithm: 'ec-p384' })
const sign = step('x509.sign', { id: 'signRoot', permissions: ['C_Sign', 'C_FindObjects'] })
const copy = { uses: 'pkcs11.copy-key', permissions: [], inputs: {} }

describe('the look at mechanisms', () => {
  it('names those that the steps need and the token offers', async () => {
    const steps = [makeKey, sign, { ...copy, id: 'copy', role: 'from' }]
    expect(await mechanisms.look(token, contextWith(steps))).toEqual([
      {
        ...{ what: 'mechanisms', verdict: 'good' },
        detail: 'offers CKM_EC_KEY_PAIR_GEN, CKM_ECDSA, CKM_AES_KEY_GEN, CKM_RSA_PKCS_OAEP, CKM_AES_KEY_WRAP_PAD',
      },
    ])
  })

  it('names what is missing, and the steps that need it', async () => {
    const wrapped = { ...copy, id: 'copy', role: 'to' }
    const findings = await mechanisms.look(
      offering({ mechanisms: [0x1040, 0x9] }),
      contextWith([makeKey, sign, wrapped]),
    )
    const hint = "look it up in the HSM's documentation: firmware, policy or FIPS mode may switch it off"
    expect(findings).toEqual([
      { what: 'mechanisms', verdict: 'good', detail: 'offers CKM_EC_KEY_PAIR_GEN, CKM_RSA_PKCS_OAEP' },
      {
        ...{ what: 'mechanism CKM_ECDSA', verdict: 'bad', hint },
        detail: 'the token does not offer it; needed by `rootKey`, `signRoot`',
      },
      {
        ...{ what: 'mechanism CKM_AES_KEY_WRAP_PAD', verdict: 'bad', hint },
        detail: 'the token does not offer it; needed by `copy`',
      },
    ])
  })

  it('takes any mechanism for signing where the kind of the key is not known', async () => {
    const [finding] = await mechanisms.look(offering({ mechanisms: [0x40] }), contextWith([sign]))
    expect(finding).toMatchObject({ verdict: 'good', detail: 'offers CKM_SHA256_RSA_PKCS' })
    const unknown = step('pkcs11.generate-key-pair', { id: 'key' }, { purpose: 'sign' })
    expect(await mechanisms.look(offering({ mechanisms: [0x40] }), contextWith([unknown, sign]))).toMatchObject([
      { verdict: 'good' },
    ])
  })

  it('has nothing to say of a token that is only read', async () => {
    expect(await mechanisms.look(token, contextWith([step('pkcs11.inventory')]))).toEqual([])
  })
})

describe('the look at sessions', () => {
  const seen = async (maxSessions: number, taken: number) => {
    const [finding] = await sessions.look(offering({ maxSessions, sessions: taken }), contextWith([]))
    return finding
  }

  it('tells how many are left', async () => {
    const [finding] = await sessions.look(token, contextWith([]))
    expect(finding).toEqual({ what: 'free sessions', verdict: 'good', detail: 'any number' }) // SoftHSM
    expect(await seen(1024, 24)).toMatchObject({ verdict: 'good', detail: '1000 of 1024' })
    expect(await seen(4, 4)).toMatchObject({ verdict: 'bad', detail: expect.stringMatching(/^0 of 4, wanted \d+$/) })
  })

  it('is unknown where the token does not tell', async () => {
    expect(await seen(2 ** 64, 0)).toMatchObject({ verdict: 'unknown' })
    expect(await seen(1024, -1)).toMatchObject({ verdict: 'unknown' })
  })
})
