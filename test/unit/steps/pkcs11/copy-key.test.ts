import { afterAll, beforeAll, expect, it } from 'vitest'
import { copyKey } from '../../../../steps/pkcs11/copy-key.ts'
import { keyIdOfEffect } from '../../../../steps/pkcs11/token/effect-key-id.ts'
import { proveCopy } from '../../../../steps/pkcs11/prove-copy.ts'
import { settleExtractable } from '../../../../steps/pkcs11/settle-extractable.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'
import { judge } from '../x509/model/judge.ts'
import { addKey, addWrappingKey, contextOf, effectId } from './keys.ts'
import { never, SandboxTokens } from './sandbox-tokens.ts'

type FromTo = { readonly from: 'token'; readonly to: 'token' }
type Inputs = Parameters<typeof copyKey.check>[0]

const template = new SandboxTokens()
beforeAll(async () => {
  await template.entry('root')
  await template.entry('backup')
})
afterAll(() => template[Symbol.asyncDispose]())

interface Site {
  readonly tokens: SandboxTokens
  readonly from: Pkcs11Token
  readonly to: Pkcs11Token
  readonly inputs: Inputs
}

const own = keyIdOfEffect(effectId)
const context = ({ from, to }: Site, known: Parameters<typeof contextOf>[1] = { effectId }) =>
  contextOf<FromTo>({ from, to }, known)
const firstLook = (site: Site, inputs = site.inputs) => copyKey.check(inputs, context(site, {}))

async function atSite(test: (site: Site) => Promise<void>, key: Parameters<typeof addKey>[1] = {}): Promise<void> {
  await using tokens = SandboxTokens.copyOf(template)
  const from = await tokens.open('root')
  const to = await tokens.open('backup')
  const { keyId } = await addKey(from, key)
  const { spkiSha256 } = await addWrappingKey(to)
  const wrapping = { wrappingKeyLabel: 'wrapping', wrappingKeySha256: spkiSha256 }
  await test({ tokens, from, to, inputs: { key: keyId, label: 'root-copy', extractable: true, ...wrapping } })
}

it.each(['ec-p384', 'rsa-2048'] as const)('copies a %s key that signs as the original', (algorithm) =>
  atSite(
    async (site) => {
      expect(await firstLook(site)).toEqual({ state: 'absent' })
      const answer = await copyKey.apply(site.inputs, context(site))
      const copied = await copyKey.check(site.inputs, context(site, { effectId, answer: answer ?? null }))
      expect(copied).toMatchObject({
        state: 'satisfied',
        madeBy: effectId,
        outputs: { keyId: own, algorithm, wrappedSha256: expect.stringMatching(/^[0-9a-f]{64}$/), oaepHash: 'sha1' },
      })
      const proof = { key: site.inputs.key, copy: own }
      const report = (await proveCopy.apply(proof, context(site))) as Record<string, string>
      expect(report['statement']).toMatch(
        /^runbook proof of possession\nrun: contract-run\npurpose: key backup copy signs\n/,
      )
      expect(report['attributes']).toContainEqual({ name: 'LOCAL', original: 'true', copy: 'false', rule: 'lost' })
      const { publicKeyPem } = copied.state === 'satisfied' ? copied.outputs : { publicKeyPem: '' }
      const files = {
        key: publicKeyPem,
        sig: Buffer.from(report['signature'] ?? '', 'base64'),
        said: report['statement'] ?? '',
      }
      const digest = algorithm === 'ec-p384' ? '-sha384' : '-sha256'
      const args = ['dgst', digest, '-verify', 'key', '-signature', 'sig', 'said']
      expect(judge('openssl', args, files).stdout).toContain('Verified OK')
    },
    { algorithm },
  ),
)

it('wraps nothing for a wrapping key of another fingerprint', () =>
  atSite(async (site) => {
    const stolen = { ...site.inputs, wrappingKeySha256: '0'.repeat(64) }
    const before = site.tokens.fingerprint()
    expect(await firstLook(site, stolen)).toMatchObject({
      state: 'conflict',
      differs: expect.stringContaining('wanted `0000'),
      hint: expect.stringContaining('custodian'),
    })
    await expect(copyKey.apply(stolen, context(site))).rejects.toMatchObject({ code: 'conflict' })
    expect(site.tokens.fingerprint()).toBe(before)
  }))

it('says that a key may not leave its token', () =>
  atSite(
    async (site) => {
      expect(await firstLook(site)).toMatchObject({
        state: 'conflict',
        differs: 'key `example-root` of token `root` is not extractable, so it cannot be copied',
      })
    },
    { extractable: false },
  ))

it('refuses one token as both, no wrapping key, and two choices of it', () =>
  atSite(async (site) => {
    const same = copyKey.check(site.inputs, context({ ...site, to: site.from }, {}))
    await expect(same).rejects.toMatchObject({ code: 'invalid' })
    const missing = firstLook(site, { ...site.inputs, wrappingKeyLabel: 'nothing' })
    await expect(missing).rejects.toMatchObject({ code: 'not-found' })
    const twice = firstLook(site, { ...site.inputs, wrappingKey: 'f0' })
    await expect(twice).rejects.toMatchObject({ code: 'invalid' })
  }))

it.each(['privkey', 'pubkey'] as const)('makes its own copy anew that a crash left without its %s', (type) =>
  atSite(async (site) => {
    await copyKey.apply(site.inputs, context(site))
    site.tokens.judge('backup', '--delete-object', '--type', type, '--id', own)
    expect(await copyKey.check(site.inputs, context(site))).toMatchObject({ state: 'partial' })
    await copyKey.apply(site.inputs, context(site))
    expect(await copyKey.check(site.inputs, context(site))).toMatchObject({ state: 'satisfied' })
    expect(await site.to.inventory(never)).toHaveLength(4)
  }),
)

it('says that another key has the label at the destination', () =>
  atSite(async (site) => {
    await addKey(site.to, { label: 'root-copy', keyId: 'd1' })
    expect(await firstLook(site)).toMatchObject({
      state: 'conflict',
      differs: expect.stringContaining('of the original'),
    })
  }))

it('refuses as proof a key that is not the original', () =>
  atSite(async (site) => {
    await addKey(site.to, { label: 'impostor', keyId: 'd1' })
    const proof = proveCopy.apply({ key: site.inputs.key, copy: 'd1' }, context(site))
    await expect(proof).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('the copy has public key'),
    })
  }))

it('refuses as proof a copy whose attributes differ', () =>
  atSite(async (site) => {
    await copyKey.apply({ ...site.inputs, purpose: 'unwrap' }, context(site))
    const proof = proveCopy.apply({ key: site.inputs.key, copy: own }, context(site))
    await expect(proof).rejects.toThrow('`SIGN` is `false`, in the original `true`')
  }))

it('takes extractability away for good, or keeps it', () =>
  atSite(async ({ from, inputs: { key } }) => {
    const at = contextOf<'token'>(from, { effectId })
    const keep = { key, afterCopy: 'keep' } as const
    const drop = { key, afterCopy: 'drop' } as const
    expect(await settleExtractable.check(keep, at)).toMatchObject({
      state: 'satisfied',
      outputs: { extractable: true },
    })
    await settleExtractable.apply(drop, at)
    expect(await settleExtractable.check(drop, at)).toMatchObject({
      state: 'satisfied',
      outputs: { extractable: false },
    })
    expect(await settleExtractable.check(keep, at)).toMatchObject({ state: 'conflict' })
  }))
