import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { effectOfKeyId, keyIdOfEffect } from '../pkcs11/token/effect-key-id.ts'
import { keyAlgorithms } from '../pkcs11/token/public-key.ts'
import { describePair, generateWords, type KeyPairInputs, keyPairOutputs, pairDifferences } from './describe-pair.ts'
import { asCloudHsmClient, type CloudHsmClient } from './hsm-client/client.ts'
import { keyLabel } from './hsm-client/choose-key.ts'
import { userName } from './hsm-client/config.ts'
import { byId, byLabel, type HsmKeyPair, listKeys, pairOf } from './hsm-client/keys.ts'
import { leftBehind } from './hsm-client/left-behind.ts'
import { stopIfAborted } from './hsm-client/password.ts'
import { deleteKeys, readOwnPair } from './own-pair.ts'
import { clusterId } from './schemas.ts'

const quorum = (description: string) =>
  Type.Optional(Type.Integer({ description: `${description}; 1: its owner alone`, minimum: 1, maximum: 8 }))

const inputs = Type.Object(
  {
    clusterId,
    as: userName('The crypto user who will own the key'),
    label: keyLabel('Label of both objects. It must be free'),
    algorithm: Type.Enum([...keyAlgorithms], { description: 'Kind and size of the key' }),
    purpose: Type.Optional(
      Type.Enum(['sign', 'unwrap'], {
        description: '`sign`: a CA key. `unwrap`: an RSA key pair that receives copies of keys from another cluster',
        default: 'sign',
      }),
    ),
    extractable: Type.Boolean({
      description:
        'Whether the private key may leave the cluster wrapped, as a key backup copy needs. Decided here for good: false can never become true',
    }),
    wrapWithTrusted: Type.Optional(
      Type.Boolean({
        description: 'Whether only a wrapping key that an admin marked as trusted may wrap it',
        default: false,
      }),
    ),
    shareWith: Type.Optional(
      Type.Array(userName('A crypto user'), {
        description: 'Crypto users who may use the private key too, and sign for its quorum',
      }),
    ),
    manageQuorum: quorum('How many of its users must agree to wrap, share or change the private key'),
    useQuorum: quorum('How many of its users must agree to each signature'),
    adoptSpkiSha256: Type.Optional(
      sha256Hex('With `existing: adopt`: SHA-256 of the public key (SubjectPublicKeyInfo, DER) that may be adopted'),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(keyPairOutputs, { additionalProperties: false })

type Answer = CheckAnswer<Static<typeof outputs>>

/** Generates a key pair in a cluster, once, through the command line: with what PKCS#11 cannot say, such as quorum values. */
export const generateKeyPair = defineStep({
  name: 'cloudhsm.generate-key-pair',
  summary: 'Generates a key pair in a cluster, known again by its CKA_ID, and waits until every HSM has it',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  permissions: [
    'cloudhsm-cli key generate-asymmetric-pair (crypto user)',
    'cloudhsm-cli key list (crypto user)',
    'cloudhsm-cli key delete (crypto user; half a pair after a crash, undo)',
    'cloudhsm-cli user list',
  ],
  examples: [
    {
      title: 'A root key that only a trusted key may wrap',
      yaml: `
id: rootKey
title: Generate the root key pair
uses: cloudhsm.generate-key-pair
target: hsmClient
with:
  clusterId: cluster-igklspoyj5v
  as: rootcu
  label: example-root
  algorithm: ec-p384
  extractable: true
  wrapWithTrusted: true
`,
    },
  ],
  notRehearsed: [
    'how long the HSMs take to copy a key that was made on too few of them, and whether they do',
    'form in which the real `cloudhsm-cli` takes and shows CKA_ID (`id=0x…`)',
  ],
  typicalMs: 20_000,
  effect: 'once',
  existing: 'refuse',
  wait: { everyMs: 15_000, timeoutMs: 30 * 60_000 },
  settleMs: 10_000,
  async check(wanted, context): Promise<Answer> {
    const client = asCloudHsmClient(context.target)
    const left = await leftBehind(client, context)
    if (left !== undefined) return left
    const query = { clusterId: wanted.clusterId, as: wanted.as, signal: context.signal }
    if (context.effectId === undefined) return lookAtLabel(client, wanted, context)
    const own = await readOwnPair(client, keyIdOfEffect(context.effectId), query)
    switch (own.state) {
      case 'absent':
        return lookAtLabel(client, wanted, context)
      case 'half':
        return { state: 'partial', what: own.what }
      case 'complete': {
        const { privateKey, publicKey } = own.pair
        // made on too few HSMs, which is answered as an error: the key is there all the same, and the HSMs copy it
        if (!privateKey.everywhere || !publicKey.everywhere)
          return { state: 'pending', what: `key \`${wanted.label}\` is not on every HSM yet` }
        return judge(own.pair, wanted, context)
      }
    }
  },
  async apply(wanted, { target, effectId, signal }) {
    const client = asCloudHsmClient(target)
    stopIfAborted(signal, 'the key pair was made')
    const keyId = keyIdOfEffect(effectId)
    const query = { clusterId: wanted.clusterId, as: wanted.as, signal }
    const own = await readOwnPair(client, keyId, query)
    if (own.state === 'complete') return { keyId }
    // nothing can have been signed with it
    if (own.state === 'half') await deleteKeys(client, own.keys, { ...query, effectId })
    await client.run({ ...query, words: generateWords(wanted, keyId), effectId })
    return { keyId }
  },
  undo: {
    destructive: true,
    async run({ clusterId: id, as }, made, { target, effectId, signal }) {
      const client = asCloudHsmClient(target)
      stopIfAborted(signal, 'the key pair was deleted')
      const query = { clusterId: id, as, signal }
      const filter = byId(made?.keyId ?? keyIdOfEffect(effectId))
      const keys = (await listKeys(client, { ...query, filter })).filter((key) => key.owners.includes(as))
      await deleteKeys(client, keys, { ...query, effectId })
    },
  },
})

async function lookAtLabel(client: CloudHsmClient, wanted: KeyPairInputs, context: CheckContext): Promise<Answer> {
  const { clusterId: id, as, label } = wanted
  const keys = await listKeys(client, { clusterId: id, as, filter: byLabel(label), signal: context.signal })
  if (keys.length === 0) return { state: 'absent' }
  const pair = pairOf(keys)
  if (pair !== undefined) return judge(pair, wanted, context)
  const owners = [...new Set(keys.flatMap((key) => key.owners))].map((name) => `\`${name}\``).join(', ')
  return {
    state: 'conflict',
    differs: `${keys.length === 1 ? `a ${keys[0]?.class ?? 'key'} is` : `${keys.length} objects are`} labelled \`${label}\` (owner ${owners})`,
    hint: 'find out whose it is, or choose another label',
  }
}

/** Whether a complete key pair is as wanted, and whose it is. */
function judge(pair: HsmKeyPair, wanted: KeyPairInputs, { effectId, existing }: CheckContext): Answer {
  const found = describePair(pair)
  const madeBy = effectOfKeyId(found.keyId)
  const differences = pairDifferences(pair, found, wanted)
  const name = `key \`${found.label}\`${madeBy === undefined ? '' : ` (made by effect \`${madeBy}\`)`}`
  if (differences.length > 0)
    return { state: 'conflict', differs: `${name} is there already: ${differences.join('; ')}` }
  // an effect id in CKA_ID proves nothing to who adopts: anybody who can make a key chooses its id
  if (madeBy !== effectId && existing === 'adopt' && wanted.adoptSpkiSha256 === undefined)
    return {
      state: 'conflict',
      differs: `${name} is there already, and adopting a key needs the SHA-256 of its public key`,
      hint: `compare \`${found.spkiSha256}\` with what the key's custodian says, then give it as \`adoptSpkiSha256\``,
    }
  return { state: 'satisfied', outputs: found, ...(madeBy === undefined ? {} : { madeBy }) }
}
