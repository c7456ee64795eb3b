import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { attributeDifferences } from './attribute-differences.ts'
import { openCopy, type CopyPlan } from './copy-plan.ts'
import { describeKeyPair, type DescribedKeyPair } from './describe-key-pair.ts'
import { destroyOwnKey } from './destroy-own-key.ts'
import { effectOfKeyId, keyIdOfEffect } from './token/effect-key-id.ts'
import { findLabelled } from './find-labelled.ts'
import { keepWrappedDigest, keptWrappedDigest, type WrappedDigest } from './wrapped-digest.ts'
import { keyId, keyLabel, keyPairOutputs, keyPurpose } from './key-schema.ts'

const inputs = Type.Object(
  {
    key: keyId('CKA_ID of the key pair to be copied, in the token `from`'),
    label: keyLabel('CKA_LABEL of the copy in the token `to`, where it must be free'),
    purpose: Type.Optional(keyPurpose('What the copy is for, as the original')),
    extractable: Type.Boolean({
      description: 'Whether the copy may leave its token again. Decided here for good: false can never become true',
    }),
    wrappingKey: Type.Optional(
      keyId('CKA_ID of the RSA key pair in the token `to` that receives the copy. Either this or `wrappingKeyLabel`'),
    ),
    wrappingKeyLabel: Type.Optional(Type.String({ description: 'CKA_LABEL of that key pair', minLength: 1 })),
    wrappingKeySha256: sha256Hex(
      "SHA-256 of the wrapping key's public key (SubjectPublicKeyInfo, DER), as the destination's custodian read it there. Nothing is wrapped for another key",
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    ...keyPairOutputs,
    wrappedSha256: Type.Optional(
      sha256Hex(
        'SHA-256 of the wrapped key, which is key material and kept nowhere. Absent when another run made the copy',
      ),
    ),
    oaepHash: Type.Optional(Type.String({ description: 'Hash of RSA-OAEP that both tokens know, such as `sha256`' })),
  },
  { additionalProperties: false },
)

type Inputs = Static<typeof inputs>
type Outputs = Static<typeof outputs>
type Targets = { readonly from: 'token'; readonly to: 'token' }

/** Copies a key pair from one token to another, wrapped for a key of the other that was authenticated. */
export const copyKey = defineStep({
  name: 'pkcs11.copy-key',
  summary:
    'Copies an extractable key into a second token: RSA-OAEP of an AES key, AES key wrap with padding of the key',
  version: 1,
  inputs,
  outputs,
  target: { from: 'token', to: 'token' },
  permissions: [
    ...['C_GenerateKey (AES, session)', 'C_CreateObject (public keys)', 'C_WrapKey', 'C_UnwrapKey', 'C_FindObjects'],
    ...['C_GetAttributeValue', 'C_DestroyObject (session keys, half a copy after a crash, undo)'],
  ],
  examples: [
    {
      title: 'The key backup copy of a root key',
      yaml: `
id: backupCopy
title: Copy the root key to the backup token
uses: pkcs11.copy-key
target: { from: rootToken, to: backupToken }
with:
  key: 0a1b2c3d
  label: example-root
  extractable: true
  wrappingKeyLabel: backup-wrapping
  wrappingKeySha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
`,
    },
  ],
  notRehearsed: ["RSA-OAEP with SHA-256 and the HSM vendor's number of AES key wrap with padding"],
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  async check(wanted, context) {
    const plan = openCopy(context.target)
    const { to } = plan
    if (context.effectId !== undefined) {
      const own = keyIdOfEffect(context.effectId)
      const state = await to.keyPairState(own, context.signal)
      switch (state) {
        case 'complete':
          return judge(plan, await describeKeyPair(to, own, context.signal), wanted, context.effectId, context)
        case 'public-only':
        case 'private-only':
          return {
            state: 'partial',
            what: `half a copy: ${state === 'public-only' ? 'the public' : 'the private'} key alone`,
          }
        case 'absent':
          break
      }
    }
    return lookAtLabel(plan, wanted, context)
  },
  async apply(wanted, { target, effectId, artifacts, signal }) {
    const plan = openCopy(target)
    const { from, to } = plan
    const own = keyIdOfEffect(effectId)
    const state = await to.keyPairState(own, signal)
    if (state === 'complete') return undefined
    const { oaepHash, wrappingKeyId, wrappingSpki, keyType } = await plan.authenticated(wanted, signal)
    // a half that a crash left may be torn, so it is made again
    if (state !== 'absent') await to.destroyKey(own, signal)
    const { label, purpose = 'sign', extractable } = wanted
    const spki = await from.publicKeySpki(wanted.key, signal)
    const blob = await from.wrapFor({ keyId: wanted.key, wrappingSpki, oaepHash }, signal)
    try {
      const digest = { wrappedSha256: createHash('sha256').update(blob).digest('hex'), oaepHash }
      await keepWrappedDigest(artifacts, effectId, digest)
      const key = { label, keyId: own, keyType, purpose, extractable }
      await to.unwrapFrom({ ...key, unwrappingKeyId: wrappingKeyId, blob, oaepHash }, signal)
      await to.createPublicKey({ spki, label, keyId: own, purpose }, signal)
      return digest
    } finally {
      blob.fill(0)
    }
  },
  undo: {
    destructive: true,
    async run(_, made, { target, effectId, signal }) {
      await destroyOwnKey(openCopy(target).to, made?.keyId, effectId, signal)
    },
  },
})

async function lookAtLabel(
  plan: CopyPlan,
  wanted: Inputs,
  context: CheckContext<Targets>,
): Promise<CheckAnswer<Outputs>> {
  const labelled = await findLabelled(plan.to, wanted.label, context.signal)
  switch (labelled.state) {
    case 'free': {
      const obstacle = await plan.obstacle(wanted, context.signal)
      return obstacle === undefined ? { state: 'absent' } : { state: 'conflict', ...obstacle }
    }
    case 'in-the-way':
      return { state: 'conflict', differs: labelled.what, hint: 'find out whose it is, or choose another label' }
    case 'pair': {
      const found = await describeKeyPair(plan.to, labelled.keyId, context.signal)
      return judge(plan, found, wanted, effectOfKeyId(labelled.keyId), context)
    }
  }
}

async function judge(
  { from }: CopyPlan,
  found: DescribedKeyPair,
  wanted: Inputs,
  madeBy: string | undefined,
  { answer, artifacts, effectId, signal }: CheckContext<Targets>,
): Promise<CheckAnswer<Outputs>> {
  const original = await describeKeyPair(from, wanted.key, signal)
  const { purpose = 'sign', extractable } = wanted
  const differences = attributeDifferences(found, { purpose, extractable, wrapWithTrusted: false })
  if (found.spkiSha256 !== original.spkiSha256) {
    differences.unshift(
      `its public key SHA-256 is \`${found.spkiSha256}\`, that of the original \`${original.spkiSha256}\``,
    )
  }
  if (found.label !== wanted.label) differences.unshift(`label is \`${found.label}\`, wanted \`${wanted.label}\``)
  if (differences.length > 0) {
    const maker = madeBy === undefined ? '' : ` (made by effect \`${madeBy}\`)`
    return { state: 'conflict', differs: `key \`${found.label}\`${maker} is there already: ${differences.join('; ')}` }
  }
  const ours = effectId !== undefined && madeBy === effectId
  const digest = (ours ? await keptWrappedDigest(artifacts, effectId) : undefined) ?? answer
  return {
    state: 'satisfied',
    outputs: { ...found, ...(digest as Partial<WrappedDigest> | undefined) }, // kept before it was unwrapped, or what `apply` returned
    ...(madeBy === undefined ? {} : { madeBy }),
  }
}
