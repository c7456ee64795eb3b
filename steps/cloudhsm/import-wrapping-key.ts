import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { effectOfKeyId, keyIdOfEffect } from '../pkcs11/token/effect-key-id.ts'
import { asCloudHsmClient } from './hsm-client/client.ts'
import { keyId, keyLabel } from './hsm-client/choose-key.ts'
import { userName } from './hsm-client/config.ts'
import { byId, byLabel, listKeys } from './hsm-client/keys.ts'
import { leftBehind } from './hsm-client/left-behind.ts'
import { stopIfAborted } from './hsm-client/password.ts'
import { deleteKeys } from './own-pair.ts'
import { spkiSha256 } from '../x509/model/digest.ts'
import { encodePem } from '../x509/model/pem.ts'
import { clusterId } from './schemas.ts'

const inputs = Type.Object(
  {
    clusterId,
    as: userName('The crypto user who will own the public key, and whose keys it will wrap'),
    label: keyLabel('Label of the public key. It must be free'),
    publicKeyPem: pemText('The public key of the place that receives the copy: RSA, at least 2048 bits'),
    sha256: sha256Hex(
      'SHA-256 of that public key (SubjectPublicKeyInfo, DER), as its custodian read it at the receiving place. Another key is not imported',
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    keyId: keyId('CKA_ID of the public key'),
    label: Type.String({ description: 'Label' }),
    spkiSha256: sha256Hex('SHA-256 of the public key (SubjectPublicKeyInfo, DER)'),
    trusted: Type.Boolean({ description: 'Whether an admin marked it as trusted' }),
  },
  { additionalProperties: false },
)

type Inputs = Static<typeof inputs>

/** Imports the public key of the place that receives a key backup copy, after its fingerprint was compared. */
export const importWrappingKey = defineStep({
  name: 'cloudhsm.import-wrapping-key',
  summary:
    'Imports an RSA public key that wraps key backup copies, if its fingerprint is the one that was read at the receiving place',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  permissions: [
    'cloudhsm-cli key import pem (crypto user)',
    'cloudhsm-cli key list (crypto user)',
    'cloudhsm-cli key delete (crypto user; undo)',
    'cloudhsm-cli user list',
  ],
  examples: [
    {
      title: 'The wrapping key of the backup token',
      yaml: `
id: wrappingKey
uses: cloudhsm.import-wrapping-key
target: hsmClient
with:
  clusterId: cluster-igklspoyj5v
  as: rootcu
  label: backup-wrapping
  publicKeyPem: |
    -----BEGIN PUBLIC KEY-----
    MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALU
    -----END PUBLIC KEY-----
  sha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
`,
    },
  ],
  typicalMs: 15_000,
  effect: 'once',
  existing: 'adopt',
  wait: { everyMs: 15_000, timeoutMs: 30 * 60_000 },
  settleMs: 10_000,
  async check(wanted, context): Promise<CheckAnswer<Static<typeof outputs>>> {
    const spki = spkiOf(wanted)
    const sha256 = spkiSha256(spki)
    if (sha256 !== wanted.sha256)
      return {
        state: 'conflict',
        differs: `the wrapping key has SHA-256 \`${sha256}\`, its custodian read \`${wanted.sha256}\`: nothing is imported`,
        hint: 'find out on the way from where to here the key was exchanged; a copy wrapped with it would be its owner’s',
      }
    const client = asCloudHsmClient(context.target)
    const left = await leftBehind(client, context)
    if (left !== undefined) return left
    const query = { clusterId: wanted.clusterId, as: wanted.as, signal: context.signal }
    const keys = await listKeys(client, { ...query, filter: byLabel(wanted.label) })
    const [key] = keys
    if (key === undefined) return { state: 'absent' }
    const wrong = keys.length > 1 || key.class !== 'public-key' || !(key.spki?.equals(spki) ?? false)
    if (wrong || key.booleans['wrap'] !== true || !key.owners.includes(wanted.as) || key.id === '')
      return {
        state: 'conflict',
        differs: `another key is labelled \`${wanted.label}\``,
        hint: 'find out whose it is, or choose another label',
      }
    if (!key.everywhere) return { state: 'pending', what: `key \`${wanted.label}\` is not on every HSM yet` }
    const madeBy = effectOfKeyId(key.id)
    const found = { keyId: key.id, label: key.label, spkiSha256: sha256, trusted: key.booleans['trusted'] ?? false }
    return { state: 'satisfied', outputs: found, ...(madeBy === undefined ? {} : { madeBy }) }
  },
  async apply(wanted, { target, effectId, signal }) {
    const client = asCloudHsmClient(target)
    stopIfAborted(signal, 'the wrapping key was imported')
    const spki = spkiOf(wanted)
    const folder = await mkdtemp(join(tmpdir(), 'runbook-import-'))
    try {
      const path = join(folder, 'wrapping.pem')
      // what was compared, and not what else the text may hold
      await writeFile(path, encodePem('PUBLIC KEY', spki), { mode: 0o600 })
      const attributes = ['--attributes', `id=0x${keyIdOfEffect(effectId)}`, 'wrap=true']
      const key = ['--path', path, '--label', wanted.label, '--key-type-class', 'rsa-public']
      await client.run({
        clusterId: wanted.clusterId,
        as: wanted.as,
        words: ['key', 'import', 'pem', ...key, ...attributes],
        effectId,
        signal,
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    return { keyId: keyIdOfEffect(effectId) }
  },
  undo: {
    destructive: true,
    async run({ clusterId: id, as }, made, { target, effectId, signal }) {
      const client = asCloudHsmClient(target)
      stopIfAborted(signal, 'the wrapping key was deleted')
      const query = { clusterId: id, as, signal }
      const keys = await listKeys(client, { ...query, filter: byId(made?.keyId ?? keyIdOfEffect(effectId)) })
      const own = keys.filter((key) => key.owners.includes(as))
      await deleteKeys(client, own, { ...query, effectId })
    },
  },
})

/** @throws {StepError} `invalid` when it is no RSA key of 2048 bits or more */
function spkiOf({ publicKeyPem: pem }: Inputs): Buffer {
  try {
    const key = createPublicKey(pem)
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    if (key.asymmetricKeyType === 'rsa' && bits >= 2048) return key.export({ format: 'der', type: 'spki' })
  } catch {
    // told below
  }
  throw new StepError('invalid', 'the wrapping key is no RSA public key of at least 2048 bits in PEM')
}
