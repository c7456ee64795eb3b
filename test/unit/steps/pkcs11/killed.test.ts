import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generateKeyPair } from '../../../../steps/pkcs11/generate-key-pair.ts'
import { keyIdOfEffect } from '../../../../steps/pkcs11/token/effect-key-id.ts'
import { contextOf, effectId } from './keys.ts'
import { never, SandboxTokens } from './sandbox-tokens.ts'

const template = new SandboxTokens()
let bundle: string

beforeAll(async () => {
  await template.entry('root')
  // below node_modules, from where pkcs11js is found
  mkdirSync('node_modules/.cache', { recursive: true })
  bundle = mkdtempSync(resolve('node_modules/.cache/killed-'))
  await build({
    entryPoints: [join(import.meta.dirname, 'killed-applier.ts')],
    outfile: join(bundle, 'applier.mjs'),
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', logLevel: 'error' },
  })
  for (const name of ['worker.mjs', 'injected-faults.mjs'])
    copyFileSync(`steps/pkcs11/token/${name}`, join(bundle, name))
})

afterAll(async () => {
  rmSync(bundle, { recursive: true, force: true })
  await template[Symbol.asyncDispose]()
})

/** Kills the applier at a change of the token's folder, counted from when it begins to apply. */
async function killAtChange(tokens: SandboxTokens, count: number): Promise<'killed' | 'ended'> {
  const entry = await tokens.entry('root')
  const folder = join(entry.environment?.['SOFTHSM2_CONF'] ?? '', '..', 'tokens')
  const [token = ''] = readdirSync(folder)
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn(process.execPath, [join(bundle, 'applier.mjs'), JSON.stringify(entry), tokens.folder], {
    stdio: [...stdio],
  })
  const exited = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), exited])
  let changes = 0
  const watcher = watch(join(folder, token), () => {
    if (++changes === count) child.kill('SIGKILL')
  })
  if (count === 0) child.kill('SIGKILL')
  const [, signal] = await exited
  watcher.close()
  return signal === 'SIGKILL' ? 'killed' : 'ended'
}

const wanted = { label: 'example-root', algorithm: 'ec-p256', extractable: true } as const
const seen = new Set<string>()

it.each([0, 1, 40, 75, 90, 105, 120, 135, 150, 160, 1000])(
  'ends with one key pair when it is killed at change %i of the token',
  async (count) => {
    await using tokens = SandboxTokens.copyOf(template)
    const how = await killAtChange(tokens, count)
    const token = await tokens.open('root')
    const context = contextOf<'token'>(token, { effectId })
    const found = await generateKeyPair.check(wanted, context)
    seen.add(`${how} ${found.state}`)
    expect(['absent', 'partial', 'satisfied']).toContain(found.state)
    if (found.state !== 'satisfied') await generateKeyPair.apply(wanted, context)
    expect(await generateKeyPair.check(wanted, context)).toMatchObject({ state: 'satisfied', madeBy: effectId })
    const objects = (await token.inventory(never)).map(({ class: kind, keyId, label }) => `${kind} ${keyId} ${label}`)
    const own = keyIdOfEffect(effectId)
    // SoftHSM leaves objects that have neither label nor ID: whose they are, nothing tells
    expect(objects.filter((each) => !/^(0x|public-key|private-key) +$/.test(each))).toEqual([
      `private-key ${own} example-root`,
      `public-key ${own} example-root`,
    ])
    const signer = await token.signer(keyIdOfEffect(effectId), never)
    expect((await signer.sign(new Uint8Array(8), never)).length).toBeGreaterThan(60)
  },
)

it('was killed at some of these and ended at the last', () => {
  expect([...seen]).toEqual(expect.arrayContaining(['killed absent', 'ended satisfied']))
})
