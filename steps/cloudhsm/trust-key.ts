import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { asCloudHsmClient, type CloudHsmClient } from './hsm-client/client.ts'
import { chooseKey, keyId, keyLabel } from './hsm-client/choose-key.ts'
import { userName } from './hsm-client/config.ts'
import { byReference, type HsmKey } from './hsm-client/keys.ts'
import { leftBehind } from './hsm-client/left-behind.ts'
import { stopIfAborted } from './hsm-client/password.ts'
import { spkiSha256 } from '../x509/model/digest.ts'
import { clusterId } from './schemas.ts'

const inputs = Type.Object(
  {
    clusterId,
    as: Type.Optional({ ...userName('The admin who marks it'), default: 'admin' }),
    owner: Type.Optional(
      userName(
        'The crypto user who owns it; absent: the only crypto user of the binding. An admin does not see what a key is',
      ),
    ),
    key: Type.Optional(keyId('CKA_ID of the public key. Either this or `label`')),
    label: Type.Optional(keyLabel('Label of the public key')),
    sha256: sha256Hex(
      'SHA-256 of the public key (SubjectPublicKeyInfo, DER), as its custodian read it at the receiving place. Another key is not marked',
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    keyId: keyId('CKA_ID of the key'),
    label: Type.String({ description: 'Label' }),
    spkiSha256: sha256Hex('SHA-256 of the public key (SubjectPublicKeyInfo, DER)'),
    trusted: Type.Boolean({ description: 'Whether it is marked as trusted' }),
  },
  { additionalProperties: false },
)

type Inputs = Static<typeof inputs>

/** Marks a wrapping key as trusted, which only an admin can. */
export const trustKey = defineStep({
  name: 'cloudhsm.trust-key',
  summary: 'Marks a wrapping key as trusted, so that it may wrap keys that only trusted keys may wrap',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  permissions: [
    'cloudhsm-cli key set-attribute (admin)',
    'cloudhsm-cli key list (crypto user)',
    'cloudhsm-cli user list',
  ],
  examples: [
    {
      title: 'The wrapping key of the backup token',
      yaml: `
id: trustWrappingKey
uses: cloudhsm.trust-key
target: hsmClient
with:
  clusterId: cluster-igklspoyj5v
  owner: rootcu
  label: backup-wrapping
  sha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
`,
    },
  ],
  typicalMs: 15_000,
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 10_000,
  async check(wanted, context): Promise<CheckAnswer<Static<typeof outputs>>> {
    const client = asCloudHsmClient(context.target)
    const left = await leftBehind(client, context)
    if (left !== undefined) return left
    const key = await find(client, wanted, context.signal)
    const sha256 = spkiSha256(key.spki ?? new Uint8Array())
    if (sha256 !== wanted.sha256)
      return {
        state: 'conflict',
        differs: `key \`${key.label}\` has SHA-256 \`${sha256}\`, its custodian read \`${wanted.sha256}\`: it is not marked`,
        hint: 'find out how another key came to have that label',
      }
    const trusted = key.booleans['trusted'] ?? false
    if (!trusted) return { state: 'different', before: { trusted }, after: { trusted: true } }
    return { state: 'satisfied', outputs: { keyId: key.id, label: key.label, spkiSha256: sha256, trusted } }
  },
  async apply(wanted, { target, effectId, signal }) {
    const client = asCloudHsmClient(target)
    stopIfAborted(signal, 'the key was marked')
    const key = await find(client, wanted, signal)
    // between the look and this somebody may have put another one there
    if (spkiSha256(key.spki ?? new Uint8Array()) !== wanted.sha256)
      throw new StepError('conflict', `key \`${key.label}\` is another one now`)
    await mark(client, wanted, key, true, { effectId, signal })
    return { reference: key.reference }
  },
  undo: {
    destructive: false,
    async run(wanted, _made, { target, effectId, signal }) {
      const client = asCloudHsmClient(target)
      stopIfAborted(signal, 'the mark was taken back')
      const key = await find(client, wanted, signal)
      if (key.booleans['trusted'] === true) await mark(client, wanted, key, false, { effectId, signal })
    },
  },
})

/** By its reference, which means the same key to each user: an admin cannot filter. */
async function mark(
  client: CloudHsmClient,
  { clusterId: id, as = 'admin' }: Inputs,
  key: HsmKey,
  trusted: boolean,
  { effectId, signal }: { readonly effectId: string; readonly signal: AbortSignal },
): Promise<void> {
  const filter = ['--filter', ...byReference(key)]
  const words = ['key', 'set-attribute', ...filter, '--name', 'trusted', '--value', String(trusted)]
  await client.run({ clusterId: id, as, words, effectId, signal })
}

function find(client: CloudHsmClient, wanted: Inputs, signal: AbortSignal): Promise<HsmKey> {
  const as = wanted.owner ?? onlyCryptoUser(client)
  return chooseKey(client, wanted, 'public-key', { clusterId: wanted.clusterId, as, signal })
}

function onlyCryptoUser({ users, name }: CloudHsmClient): string {
  const found = Object.entries(users).flatMap(([user, { role }]) => (role === 'crypto-user' ? [user] : []))
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  throw new StepError('invalid', `binding \`${name}\` has ${found.length} crypto users: \`owner\` says whose key it is`)
}
