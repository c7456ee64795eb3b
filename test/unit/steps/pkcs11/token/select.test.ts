import { afterAll, expect, it } from 'vitest'
import { openModule } from '../../../../../steps/pkcs11/token/module.ts'
import { asPkcs11Token, openToken } from '../../../../../steps/pkcs11/token/token.ts'
import { library, never, SoftTokens } from './soft-token.ts'

const tokens = new SoftTokens('root-hsm', 'twin', 'twin')
afterAll(() => tokens[Symbol.asyncDispose]())

it('opens the token with the label and says what it is', async () => {
  const token = await openToken(await tokens.module(), { label: 'root-hsm' }, never)
  expect(token.identity).toMatchObject({ label: 'root-hsm', manufacturer: 'SoftHSM project', model: 'SoftHSM v2' })
  expect(token.identity.serial).toMatch(/^[0-9a-f]{16}$/)
  const [sum] = tokens.run('sha256sum', [library]).split(' ')
  expect(token.identity.moduleSha256).toBe(sum)
  expect(asPkcs11Token(token)).toBe(token)
  await token.verify(never)
  await token.close()
})

it('names what is there when the token is not, and the nearest', async () => {
  const error = await openToken(await tokens.module(), { label: 'root-hms' }, never).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(/^no token has label `root-hms`; found .*`twin` \(serial `[0-9a-f]{16}`\)/),
    hint: expect.stringMatching(/^did you mean label `root-hsm`, serial/),
  })
})

it('refuses to choose between two tokens of one label, and opens one by its serial number', async () => {
  const module = await tokens.module()
  const error = await openToken(module, { label: 'twin' }, never).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/^2 tokens have label `twin`: serial/),
  })
  const serials = (await module.listTokens()).filter(({ label }) => label === 'twin').map(({ serial }) => serial)
  const token = await openToken(module, { label: 'twin', serial: serials[1] ?? '' }, never)
  expect(token.identity.serial).toBe(serials[1])
  await token.close()
})

it('refuses a serial number of another label', async () => {
  const module = await tokens.module()
  const other = (await module.listTokens()).find(({ label }) => label === 'twin')
  const selection = { label: 'root-hsm', serial: other?.serial ?? '' }
  await expect(openToken(module, selection, never)).rejects.toMatchObject({ code: 'not-found' })
})

it('refuses to select by nothing', async () => {
  await expect(openToken(await tokens.module(), {}, never)).rejects.toMatchObject({ code: 'invalid' })
})

it('finds a token that was made after the module was opened', async () => {
  const module = await openModule({ path: library, environment: tokens.environment })
  await module.listTokens()
  tokens.initialize('later')
  const token = await openToken(module, { label: 'later' }, never)
  await expect(module.refresh()).rejects.toMatchObject({ code: 'in-use' })
  await token.close()
  await module.close()
})
