import { inspect } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { Secret } from '../../../../../engine/step/secret.ts'
import { openToken } from '../../../../../steps/pkcs11/token/token.ts'
import { never, pin, SoftTokens } from './soft-token.ts'

const tokens = new SoftTokens('root', 'backup')
afterAll(() => tokens[Symbol.asyncDispose]())
const open = async (label: string) => openToken(await tokens.module(), { label }, never)

it('reports a wrong PIN as a refused credential, without showing it', async () => {
  const token = await open('root')
  const error = await token.login(new Secret('env:WRONG', 'wrong-4711'), never).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'authentication',
    message: 'login to token `root` failed: PIN is incorrect (`CKR_PIN_INCORRECT`)',
    facts: { operation: 'C_Login', ckr: 'CKR_PIN_INCORRECT', ckrCode: 0xa0, credential: 'incorrect' },
  })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('4711')
  await token.close()
})

it('reports a PIN of a length that the token does not take', async () => {
  const token = await open('root')
  const login = token.login(new Secret('env:SHORT', '1'), never)
  await expect(login).rejects.toMatchObject({ code: 'authentication' })
  await token.close()
})

it('refuses keys before login and opens them after', async () => {
  const token = await open('root')
  const request = { label: 'a', keyId: 'a1', algorithm: 'ec-p256', purpose: 'sign', extractable: false } as const
  await expect(token.generateKeyPair(request, never)).rejects.toMatchObject({
    code: 'session',
    facts: { operation: 'C_GenerateKeyPair', ckr: 'CKR_USER_NOT_LOGGED_IN' },
  })
  await token.login(pin, never)
  await token.generateKeyPair(request, never)
  await token.close()
})

it('is shared by all who open the token, until the last closes it', async () => {
  const [one, two] = [await open('root'), await open('root')]
  await Promise.all([one.login(pin, never), two.login(new Secret('file:/pin', pin.reveal()), never)])
  await one.close()
  expect(await two.findKeys({ class: 'private-key' }, never)).toHaveLength(1)
  await two.close()
  const three = await open('root')
  expect(await three.findKeys({ class: 'private-key' }, never)).toEqual([])
  await three.close()
})

it('refuses another PIN for a token that is logged in, without asking the token', async () => {
  const [one, two] = [await open('root'), await open('root')]
  await one.login(pin, never)
  await expect(two.login(new Secret('env:OTHER', 'other-user:1234'), never)).rejects.toMatchObject({
    code: 'conflict',
    message: 'token `root` is logged in with `env:TOKEN_PIN`, and `env:OTHER` is another PIN',
  })
  await Promise.all([one.close(), two.close()])
})

it('holds for one token, not for its neighbour', async () => {
  const [root, backup] = [await open('root'), await open('backup')]
  await root.login(pin, never)
  const request = { label: 'a', keyId: 'a1', algorithm: 'ec-p256', purpose: 'sign', extractable: false } as const
  await expect(backup.generateKeyPair(request, never)).rejects.toMatchObject({ code: 'session' })
  await Promise.all([root.close(), backup.close()])
})
