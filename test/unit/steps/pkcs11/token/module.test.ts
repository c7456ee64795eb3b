import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openModule } from '../../../../../steps/pkcs11/token/module.ts'
import { library, SoftTokens } from './soft-token.ts'

const first = new SoftTokens('first')
const second = new SoftTokens('second')
afterAll(async () => {
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})

const open = (path: string) => openModule({ path, environment: first.environment })
const labels = async (environment: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const module = await openModule({ path: library, environment })
  const tokens = await module.listTokens()
  await module.close()
  return tokens.map(({ label }) => label)
}

it('refuses a path that is relative, missing, a folder or no library', async () => {
  const text = join(first.folder, 'text.so')
  writeFileSync(text, 'not a library')
  await expect(open('libsofthsm2.so')).rejects.toMatchObject({ code: 'invalid' })
  await expect(open('/nowhere/p11.so')).rejects.toMatchObject({ code: 'not-found' })
  await expect(open('/usr/lib')).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('not a file'),
  })
  await expect(open(text)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('cannot be loaded'),
  })
})

it('shows the tokens of the configuration it was given, one after the other', async () => {
  expect(await labels(first.environment)).toEqual(['first'])
  expect(await labels(second.environment)).toEqual(['second'])
  expect(process.env['SOFTHSM2_CONF']).toBeUndefined()
})

it('is initialised once, however often it is opened at the same time', async () => {
  const modules = await Promise.all([open(library), open(library), open(library)])
  expect(new Set(modules.map(({ shared }) => shared)).size).toBe(1)
  await modules[0].close()
  await modules[0].close()
  expect(await modules[1].listTokens()).toHaveLength(1)
  await Promise.all([modules[1].close(), modules[2].close()])
  expect(await labels(second.environment)).toEqual(['second'])
})

it('refuses another configuration as long as it is open', async () => {
  const module = await open(library)
  await expect(labels(second.environment)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('is open with `SOFTHSM2_CONF`'),
  })
  await module.close()
})

it('refuses calls after it was closed', async () => {
  const module = await open(library)
  await module.close()
  await expect(module.listTokens()).rejects.toMatchObject({ code: 'session' })
})

it('can be opened while it is being closed', async () => {
  const module = await open(library)
  const [, again] = await Promise.all([module.close(), open(library)])
  expect(await again.listTokens()).toHaveLength(1)
  await again.close()
})
