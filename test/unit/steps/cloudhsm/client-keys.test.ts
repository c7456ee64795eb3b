import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../../../steps/cloudhsm/generate-key-pair.ts'
import { importWrappingKey } from '../../../../steps/cloudhsm/import-wrapping-key.ts'
import { proveKey } from '../../../../steps/cloudhsm/prove-key.ts'
import { trustKey } from '../../../../steps/cloudhsm/trust-key.ts'
import { wrapKey } from '../../../../steps/cloudhsm/wrap-key.ts'
import { keyIdOfEffect } from '../../../../steps/pkcs11/token/effect-key-id.ts'
import { artifactsOf, carryOut, contextOf, effectId, failure, hsmWorld, type HsmWorld, look } from './client-world.ts'
import { unwrapPad } from './unwrap-pad.ts'

const root = ({ clusterId }: HsmWorld) => ({
  clusterId,
  as: 'cu',
  label: 'example root',
  algorithm: 'ec-p384' as const,
  extractable: true,
  wrapWithTrusted: true,
})

function wrappingKey() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const sha256 = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  return { key: privateKey, fields: { publicKeyPem, sha256 } }
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
    const inputs = { clusterId: world.clusterId, as: 'cu', label: 'wrapping', ...wrappingKey().fields }
    const before = world.machine.hsm.world.requests.length
    const stolen = { ...inputs, publicKeyPem: wrappingKey().fields.publicKeyPem }
    expect(await look(importWrappingKey, stolen, world)).toMatchObject({ state: 'conflict' })
    expect(world.machine.hsm.world.requests).toHaveLength(before)
  })

  it('imports the key once, and takes another key of that label for a conflict', async () => {
    const world = await hsmWorld()
    const inputs = { clusterId: world.clusterId, as: 'cu', label: 'wrapping', ...wrappingKey().fields }
    const { outputs } = await carryOut(importWrappingKey, inputs, world)
    expect(outputs).toEqual({
      keyId: keyIdOfEffect(effectId),
      label: 'wrapping',
      spkiSha256: inputs.sha256,
      trusted: false,
    })
    expect(await look(importWrappingKey, inputs, world)).toMatchObject({ state: 'satisfied' })
    expect(await look(importWrappingKey, { ...inputs, ...wrappingKey().fields }, world)).toMatchObject({
      state: 'conflict',
    })
  })
})

describe('a key backup copy of a key that only a trusted key may wrap', () => {
  it('is wrapped once the wrapping key was authenticated and marked, and opens at the other place', async () => {
    const world = await hsmWorld()
    const { clusterId } = world
    const { outputs: made } = await carryOut(generateKeyPair, root(world), world)
    const { key, fields } = wrappingKey()
    const imported = { clusterId, as: 'cu', label: 'wrapping', ...fields }
    await carryOut(importWrappingKey, imported, world, { effectId: 'k3x9.wrapping' })
    const wrapping = {
      ...{ clusterId, as: 'cu', key: made.keyId },
      ...{ wrappingKeyLabel: 'wrapping', wrappingKeySha256: fields.sha256 },
    }
    expect(await look(wrapKey, wrapping, world)).toMatchObject({ state: 'conflict' })
    const other = { ...wrapping, wrappingKeySha256: '0'.repeat(64) }
    expect(await look(wrapKey, other, world)).toMatchObject({ state: 'conflict' })
    await carryOut(trustKey, { clusterId, label: 'wrapping', sha256: fields.sha256 }, world)
    const { outputs } = await carryOut(wrapKey, wrapping, world)
    const blob = Buffer.from((await artifactsOf(world).read(outputs.artifact)) ?? [])
    expect(createHash('sha256').update(blob).digest('hex')).toBe(outputs.wrappedSha256)
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const aes = privateDecrypt({ key, padding, oaepHash: 'sha256' }, blob.subarray(0, 256))
    const pkcs8 = unwrapPad(aes, blob.subarray(256))
    const copy = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
    expect(copy.export({ type: 'spki', format: 'pem' })).toBe(made.publicKeyPem)
  })
})

describe('cloudhsm.prove-key', () => {
  it.each(['ec-p384', 'ec-p256', 'rsa-2048'] as const)('proves a key of kind %s', async (algorithm) => {
    const world = await hsmWorld()
    const { clusterId } = world
    const { outputs } = await carryOut(generateKeyPair, { ...root(world), algorithm }, world)
    const { publicKeyPem, keyId: key } = outputs
    const proof = await look(proveKey, { clusterId, as: 'cu', key, publicKeyPem }, world)
    expect(proof).toMatchObject({ state: 'satisfied', outputs: { spkiSha256: outputs.spkiSha256 } })
  })

  it('proves nothing with another public key', async () => {
    const world = await hsmWorld()
    const { clusterId } = world
    await carryOut(generateKeyPair, root(world), world)
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const inputs = { clusterId, as: 'cu', label: 'example root', publicKeyPem }
    expect(await failure(proveKey.check(inputs, contextOf(world)))).toMatchObject({ code: 'conflict' })
  })
})
