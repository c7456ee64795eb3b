import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../../../steps/cloudhsm/generate-key-pair.ts'
import { importWrappingKey } from '../../../../steps/cloudhsm/import-wrapping-key.ts'
import { keyIdOfEffect } from '../../../../steps/pkcs11/token/effect-key-id.ts'
import { carryOut, contextOf, effectId, failure, hsmWorld, type HsmWorld, look } from './client-world.ts'

const root = ({ clusterId }: HsmWorld) => ({
  clusterId,
  as: 'cu',
  label: 'example root',
  algorithm: 'ec-p384' as const,
  extractable: true,
  wrapWithTrusted: true,
})

function wrappingKey() {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const sha256 = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  return { publicKeyPem, sha256 }
}

describe('cloudhsm.generate-key-pair', () => {
  it('makes a key pair that is known by the effect in its CKA_ID', async () => {
    const world = await hsmWorld()
    const { outputs } = await carryOut(generateKeyPair, root(world), world)
    expect(outputs).toMatchObject({
      keyId: keyIdOfEffect(effectId),
      label: 'example root',
      algorithm: 'ec-p384',
      owner: 'cu',
      extractable: true,
      wrapWithTrusted: true,
    })
    expect(createPublicKey(outputs.publicKeyPem).asymmetricKeyDetails).toEqual({ namedCurve: 'secp384r1' })
    const found = await look(generateKeyPair, root(world), world)
    expect(found).toMatchObject({ state: 'satisfied', madeBy: effectId })
    expect(await look(generateKeyPair, { ...root(world), extractable: false }, world)).toMatchObject({
      state: 'conflict',
    })
  })

  it('is in doubt and not failed when the key is on one HSM only, and is there when all have it', async () => {
    const world = await hsmWorld()
    world.machine.hsm.world.plan('cloudhsm-cli:key_generate_asymmetric_pair', 'partly')
    const error = await failure(generateKeyPair.apply(root(world), contextOf(world, { effectId })))
    expect(error).toMatchObject({ code: 'device', outcomeUnknown: true })
    const { waited, ...end } = await look(generateKeyPair, root(world), world, { effectId })
    expect(waited).toContain('key `example root` is not on every HSM yet')
    expect(end).toMatchObject({ state: 'satisfied', madeBy: effectId })
    expect(generated(world)).toBe(1)
  })

  it('finds its own after its answer was lost', async () => {
    const world = await hsmWorld()
    world.machine.hsm.world.plan('cloudhsm-cli:key_generate_asymmetric_pair', 'reset-after')
    expect(await failure(generateKeyPair.apply(root(world), contextOf(world, { effectId })))).toMatchObject({
      outcomeUnknown: true,
    })
    expect(await look(generateKeyPair, root(world), world, { effectId })).toMatchObject({ state: 'satisfied' })
    expect(generated(world)).toBe(1)
  })

  it('clears half a pair of its own, and takes anybody else’s half for a conflict', async () => {
    const world = await hsmWorld()
    const { machine } = world
    await carryOut(generateKeyPair, root(world), world)
    const id = `0x${keyIdOfEffect(effectId)}`
    await machine.ok(`key delete --filter attr.class=private-key attr.id=${id}`, { user: 'cu' })
    expect(await look(generateKeyPair, root(world), world, { effectId })).toMatchObject({ state: 'partial' })
    expect(await look(generateKeyPair, root(world), world, { effectId: 'other.abcdef' })).toMatchObject({
      state: 'conflict',
    })
    await generateKeyPair.apply(root(world), contextOf(world, { effectId }))
    expect(await look(generateKeyPair, root(world), world, { effectId })).toMatchObject({ state: 'satisfied' })
  })
})

function generated({ machine }: HsmWorld): number {
  return machine.hsm.world.effects.filter((each) => each.startsWith('key generate-asymmetric-pair')).length
}

describe('cloudhsm.import-wrapping-key', () => {
  it('imports nothing when the fingerprint is another one than the custodian read', async () => {
    const world = await hsmWorld()
    const inputs = { clusterId: world.clusterId, as: 'cu', label: 'wrapping', ...wrappingKey() }
    const before = world.machine.hsm.world.requests.length
    const stolen = { ...inputs, publicKeyPem: wrappingKey().publicKeyPem }
    expect(await look(importWrappingKey, stolen, world)).toMatchObject({ state: 'conflict' })
    expect(world.machine.hsm.world.requests).toHaveLength(before)
  })

  it('imports the key once, and takes another key of that label for a conflict', async () => {
    const world = await hsmWorld()
    const inputs = { clusterId: world.clusterId, as: 'cu', label: 'wrapping', ...wrappingKey() }
    const { outputs } = await carryOut(importWrappingKey, inputs, world)
    expect(outputs).toEqual({
      keyId: keyIdOfEffect(effectId),
      label: 'wrapping',
      spkiSha256: inputs.sha256,
      trusted: false,
    })
    expect(await look(importWrappingKey, inputs, world)).toMatchObject({ state: 'satisfied' })
    expect(await look(importWrappingKey, { ...inputs, ...wrappingKey() }, world)).toMatchObject({ state: 'conflict' })
  })
})
