import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { attributeDifferences } from './attribute-differences.ts'
import { describeKeyPair } from './describe-key-pair.ts'
import { destroyOwnKey } from './destroy-own-key.ts'
import { effectOfKeyId, keyIdOfEffect } from './token/effect-key-id.ts'
import { findLabelled } from './find-labelled.ts'
import { keyAlgorithm, keyLabel, keyPairOutputs, keyPurpose } from './key-schema.ts'
import { ownPairState } from './own-pair-state.ts'
import { asPkcs11Token, type Pkcs11Token } from './token/token.ts'

const inputs = Type.Object(
  {
    label: keyLabel('CKA_LABEL of both objects. It must be free: no key object of the token may have it'),
    algorithm: keyAlgorithm('Kind and size of the key'),
    purpose: Type.Optional(
      keyPurpose('`sign`: a CA key. `unwrap`: an RSA key pair that receives copies of keys from another token'),
    ),
    extractable: Type.Boolean({
      description:
        'Whether the private key may leave the token wrapped, as a key backup copy needs. Decided here for good: false can never become true',
    }),
    wrapWithTrusted: Type.Optional(
      Type.Boolean({
        description:
          "Whether only a wrapping key that the device's officer marked as trusted may wrap it. `pkcs11.copy-key` cannot",
        default: false,
      }),
    ),
    adoptSpkiSha256: Type.Optional(
      sha256Hex('With `existing: adopt`: SHA-256 of the public key (SubjectPublicKeyInfo, DER) that may be adopted'),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(keyPairOutputs, { additionalProperties: false })

type Inputs = Static<typeof inputs>
type Outputs = Static<typeof outputs>

/** Generates a key pair in a token, once. */
export const generateKeyPair = defineStep({
  name: 'pkcs11.generate-key-pair',
  summary: 'Generates a key pair in a token, with every boolean attribute stated',
  version: 1,
  inputs,
  outputs,
  target: 'token',
  permissions: [
    'C_GenerateKeyPair',
    'C_FindObjects',
    'C_GetAttributeValue',
    'C_DestroyObject (half a pair after a crash, undo)',
  ],
  examples: [
    {
      title: 'A root key that can be copied to a backup token',
      yaml: `
id: rootKey
title: Generate the root key pair
uses: pkcs11.generate-key-pair
target: rootToken
with: { label: example-root, algorithm: ec-p384, extractable: true }
`,
    },
    {
      title: 'A key pair that receives key backup copies',
      yaml: `
id: wrappingKey
title: Generate the wrapping key of the backup token
uses: pkcs11.generate-key-pair
target: backupToken
with: { label: backup-wrapping, algorithm: rsa-2048, purpose: unwrap, extractable: false }
`,
    },
  ],
  notRehearsed: [
    'defaults of attributes that a template leaves out (SoftHSM and HSMs have opposite ones; every boolean is stated)',
    'an HSM that makes the key and then answers that too few HSMs hold it',
  ],
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  async check(wanted, context) {
    const token = asPkcs11Token(context.target)
    if (context.effectId !== undefined) {
      const own = keyIdOfEffect(context.effectId)
      const state = await ownPairState(token, own, context.signal)
      if (state === 'complete') {
        return judge(await describeKeyPair(token, own, context.signal), wanted, context.effectId, context)
      }
      if (state !== 'absent') return { state: 'partial', what: state }
    }
    return lookAtLabel(token, wanted, context)
  },
  async apply({ label, algorithm, purpose = 'sign', extractable, wrapWithTrusted = false }, context) {
    const token = asPkcs11Token(context.target)
    const own = keyIdOfEffect(context.effectId)
    const state = await ownPairState(token, own, context.signal)
    if (state === 'complete') return undefined
    // nothing can have been signed with it
    if (state !== 'absent') await token.destroyKey(own, context.signal)
    await token.generateKeyPair({ label, keyId: own, algorithm, purpose, extractable, wrapWithTrusted }, context.signal)
    return undefined
  },
  undo: {
    destructive: true,
    async run(_, made, { target, effectId, signal }) {
      await destroyOwnKey(asPkcs11Token(target), made?.keyId, effectId, signal)
    },
  },
})

async function lookAtLabel(token: Pkcs11Token, wanted: Inputs, context: CheckContext): Promise<CheckAnswer<Outputs>> {
  const { signal } = context
  const labelled = await findLabelled(token, wanted.label, signal)
  switch (labelled.state) {
    case 'free':
      return { state: 'absent' }
    case 'in-the-way':
      return { state: 'conflict', differs: labelled.what, hint: 'find out whose it is, or choose another label' }
    case 'pair':
      return judge(await describeKeyPair(token, labelled.keyId, signal), wanted, effectOfKeyId(labelled.keyId), context)
  }
}

/** Whether a complete key pair is as wanted, and whose it is. */
function judge(
  found: Outputs,
  wanted: Inputs,
  madeBy: string | undefined,
  { effectId, existing }: Pick<CheckContext, 'effectId' | 'existing'>,
): CheckAnswer<Outputs> {
  const { purpose = 'sign', extractable, wrapWithTrusted = false, adoptSpkiSha256 } = wanted
  const differences = attributeDifferences(found, { purpose, extractable, wrapWithTrusted })
  if (found.algorithm !== wanted.algorithm) {
    differences.unshift(`algorithm is \`${found.algorithm}\`, wanted \`${wanted.algorithm}\``)
  }
  if (found.label !== wanted.label) differences.unshift(`label is \`${found.label}\`, wanted \`${wanted.label}\``)
  if (adoptSpkiSha256 !== undefined && adoptSpkiSha256 !== found.spkiSha256) {
    differences.unshift(
      `SHA-256 of the public key is \`${found.spkiSha256}\`, \`adoptSpkiSha256\` is \`${adoptSpkiSha256}\``,
    )
  }
  const name = `key \`${found.label}\`${madeBy === undefined ? '' : ` (made by effect \`${madeBy}\`)`}`
  if (differences.length > 0)
    return { state: 'conflict', differs: `${name} is there already: ${differences.join('; ')}` }
  // an effect id in CKA_ID proves nothing to who adopts: anybody who can make a key chooses its id
  if (madeBy !== effectId && existing === 'adopt' && adoptSpkiSha256 === undefined) {
    return {
      state: 'conflict',
      differs: `${name} is there already, and adopting it needs the SHA-256 of its public key`,
      hint: 'read it at the device, and say it as `adoptSpkiSha256`',
    }
  }
  if (madeBy !== undefined) return { state: 'satisfied', outputs: found, madeBy }
  if (adoptSpkiSha256 !== undefined) return { state: 'satisfied', outputs: found }
  return {
    state: 'conflict',
    differs: `${name} is there already, and its key ID \`${found.keyId}\` is not that of a run`,
    hint: 'choose another label, or say `existing: adopt` with `adoptSpkiSha256`',
  }
}
