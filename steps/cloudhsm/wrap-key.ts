import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { sha256Hex } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { textAt } from './hsm-client/answer.ts'
import { asCloudHsmClient, type CloudHsmClient } from './hsm-client/client.ts'
import { chooseKey, keyId, keyLabel } from './hsm-client/choose-key.ts'
import { userName } from './hsm-client/config.ts'
import { byReference, type HsmKey } from './hsm-client/keys.ts'
import { stopIfAborted } from './hsm-client/password.ts'
import { type Approval, lookAtApproval, runApproved } from './hsm-client/quorum/approve.ts'
import { listUsers } from './hsm-client/users.ts'
import { approvers, attendance } from './hsm-client/quorum/attendance.ts'
import { sha256Hex as digest } from '../x509/model/digest.ts'
import { clusterId } from './schemas.ts'

const hashes = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const

const inputs = Type.Object(
  {
    clusterId,
    as: userName('The crypto user who owns the key: nobody else can wrap it'),
    key: Type.Optional(keyId('CKA_ID of the key pair whose private key is wrapped. Either this or `label`')),
    label: Type.Optional(keyLabel('Label of the private key')),
    wrappingKey: Type.Optional(keyId('CKA_ID of the RSA public key that wraps it. Either this or `wrappingKeyLabel`')),
    wrappingKeyLabel: Type.Optional(keyLabel('Label of that public key')),
    wrappingKeySha256: sha256Hex(
      "SHA-256 of the wrapping key's public key (SubjectPublicKeyInfo, DER), as its custodian read it at the receiving place. Nothing is wrapped for another key",
    ),
    hash: Type.Optional(
      Type.Enum([...hashes], { description: 'Hash of RSA-OAEP and of its mask generation', default: 'sha256' }),
    ),
    approvers,
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    keyId: keyId('CKA_ID of the key that was wrapped'),
    artifact: Type.String({
      description:
        'Name of the file among the artifacts of the run: RSA-OAEP of an AES key, then AES key wrap with padding of the key',
    }),
    wrappedSha256: sha256Hex('SHA-256 of that file'),
    hash: Type.Enum([...hashes], { description: 'Hash of RSA-OAEP' }),
  },
  { additionalProperties: false },
)

type Inputs = Static<typeof inputs>

/** Wraps a private key for a key of another place: the file is a key backup copy. */
export const wrapKey = defineStep({
  name: 'cloudhsm.wrap-key',
  summary:
    'Wraps a private key with an RSA public key (RSA-AES) into an artifact of the run, with signatures of its users where it has a quorum value',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  attendance: ({ approvers: named }) => attendance(named, 'users of the key'),
  permissions: [
    'cloudhsm-cli key wrap rsa-aes (crypto user)',
    'cloudhsm-cli key list (crypto user)',
    'cloudhsm-cli quorum token-sign generate, list (crypto user; where the key has a quorum value)',
    'cloudhsm-cli user list',
  ],
  examples: [
    {
      title: 'A key backup copy for a key that was marked as trusted',
      yaml: `
id: wrapRoot
title: Wrap the root key for the backup token
uses: cloudhsm.wrap-key
target: hsmClient
with:
  clusterId: cluster-igklspoyj5v
  as: rootcu
  label: example-root
  wrappingKeyLabel: backup-wrapping
  wrappingKeySha256: 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
`,
    },
  ],
  notRehearsed: [
    'people: that enough users of the key are there and sign within ten minutes',
    'form of the token file for keys, and how long such a token lives',
  ],
  typicalMs: 20_000,
  effect: 'once',
  existing: 'refuse',
  wait: { everyMs: 10_000, timeoutMs: 2 * 3_600_000 },
  settleMs: 0,
  async check(wanted, context): Promise<CheckAnswer<Static<typeof outputs>>> {
    const { effectId, artifacts, signal } = context
    const client = asCloudHsmClient(context.target)
    stopIfAborted(signal, 'anything was looked at')
    const kept = effectId === undefined ? undefined : await artifacts.read(artifactOf(effectId))
    if (kept !== undefined) {
      const key = await chooseKey(client, wanted, 'private-key', queryOf(wanted, signal))
      return {
        state: 'satisfied',
        outputs: outputsOf(wanted, key, artifactOf(effectId ?? ''), kept),
        ...madeBy(effectId),
      }
    }
    const { key, obstacle } = await authenticated(client, wanted, signal)
    if (obstacle !== undefined) return { state: 'conflict', ...obstacle }
    const approval = await approvalOf(client, wanted, key, signal)
    if (approval === undefined || effectId === undefined) return { state: 'absent' }
    return lookAtApproval(client, approval, { ...context, effectId })
  },
  async apply(wanted, context) {
    const { artifacts, effectId, signal } = context
    const client = asCloudHsmClient(context.target)
    stopIfAborted(signal, 'the key was wrapped')
    if ((await artifacts.read(artifactOf(effectId))) !== undefined) return undefined
    const { key, wrapping, obstacle } = await authenticated(client, wanted, signal)
    if (obstacle !== undefined) throw new StepError('conflict', obstacle.differs, { hint: obstacle.hint })
    const { clusterId: id, as, hash = 'sha256' } = wanted
    const mechanism = ['--hash-function', hash, '--mgf', `mgf1-${hash}`]
    const which = ['--payload-filter', ...byReference(key), '--wrapping-filter', ...byReference(wrapping)]
    const words = ['key', 'wrap', 'rsa-aes', ...which, ...mechanism]
    const approval = await approvalOf(client, wanted, key, signal)
    const done =
      approval === undefined
        ? { data: await client.run({ clusterId: id, as, words, effectId, signal }), answer: {} }
        : await runApproved(client, approval, { words, option: '--payload-approval' }, context)
    if (done.data === undefined) return done.answer
    const bytes = Buffer.from(textAt(done.data, 'wrapped-key-data'), 'base64')
    if (bytes.length === 0) throw new StepError('device', 'the cluster wrapped a key into nothing')
    await artifacts.create(artifactOf(effectId), bytes)
    return { ...done.answer, wrappedSha256: digest(bytes) }
  },
  undo: 'impossible',
})

/** The key that is wrapped and the one that wraps it, which is the one that was authenticated; or why not. */
async function authenticated(client: CloudHsmClient, wanted: Inputs, signal: AbortSignal) {
  const query = queryOf(wanted, signal)
  const key = await chooseKey(client, wanted, 'private-key', query)
  const choice = { key: wanted.wrappingKey, label: wanted.wrappingKeyLabel }
  const wrapping = await chooseKey(client, choice, 'public-key', query)
  const found = digest(wrapping.spki ?? Buffer.of())
  const refuse = (differs: string, hint: string) => ({ key, wrapping, obstacle: { differs, hint } })
  if (found !== wanted.wrappingKeySha256)
    return refuse(
      `wrapping key \`${wrapping.label}\` has SHA-256 \`${found}\`, its custodian read \`${wanted.wrappingKeySha256}\`: nothing is wrapped`,
      'find out how another key came to have that label',
    )
  if (key.booleans['extractable'] !== true)
    return refuse(
      `key \`${key.label}\` is not extractable`,
      'it never leaves its cluster: only a backup of the cluster copies it',
    )
  if (key.booleans['wrap-with-trusted'] === true && wrapping.booleans['trusted'] !== true)
    return refuse(
      `only a trusted key may wrap \`${key.label}\`, and \`${wrapping.label}\` is not marked`,
      'let an admin mark it first, with `cloudhsm.trust-key`',
    )
  return { key, wrapping, obstacle: undefined }
}

/** @returns whose signatures it takes; `undefined`: the owner may act alone */
async function approvalOf(
  client: CloudHsmClient,
  { clusterId: id, as }: Inputs,
  key: HsmKey,
  signal: AbortSignal,
): Promise<Approval | undefined> {
  if (key.manageQuorum < 2) return undefined
  const users = await listUsers(client, id, signal)
  const may = [...key.owners, ...key.sharedWith]
  const approvers = users.flatMap(({ username, role, quorumKey, locked }) =>
    role === 'crypto-user' && quorumKey && !locked && may.includes(username) ? [username] : [],
  )
  const of = { clusterId: id, as, service: 'key-management' as const, key: byReference(key) }
  return { ...of, needed: key.manageQuorum, approvers, role: 'crypto-user' }
}

function queryOf({ clusterId: id, as }: Inputs, signal: AbortSignal) {
  return { clusterId: id, as, signal }
}

function artifactOf(effectId: string): string {
  return `${effectId}.wrapped-key`
}

function madeBy(effectId: string | undefined) {
  return effectId === undefined ? {} : { madeBy: effectId }
}

function outputsOf(
  { hash = 'sha256' }: Inputs,
  key: HsmKey,
  artifact: string,
  bytes: Uint8Array,
): Static<typeof outputs> {
  return { keyId: key.id, artifact, wrappedSha256: digest(bytes), hash }
}
