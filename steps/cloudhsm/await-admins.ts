import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { asCloudHsmClient } from './hsm-client/client.ts'
import { userName } from './hsm-client/config.ts'
import { listUsers } from './hsm-client/users.ts'
import { clusterId } from './schemas.ts'

const inputs = Type.Object(
  {
    clusterId,
    admins: Type.Array(userName('Name of an admin'), { description: 'The admins that are waited for', minItems: 1 }),
    registered: Type.Optional(
      Type.Boolean({
        description: 'Whether each must have registered a key to sign quorum tokens with, by themselves',
        default: true,
      }),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  { admins: Type.Array(Type.String(), { description: 'Their names, sorted' }) },
  { additionalProperties: false },
)

/** Waits for people: each admin sets a password of their own and registers a key that nobody else holds. */
export const awaitAdmins = defineStep({
  name: 'cloudhsm.await-admins',
  summary: 'Waits until each of these admins is there, not locked, and has registered a key to sign quorum tokens with',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  attendance: ({ admins, registered = true }) => [
    `${[...admins].sort().join(', ')}: each at a machine of their own that reaches the cluster${registered ? ', to set a password and register a key; about 10 minutes each' : ''}`,
  ],
  permissions: ['cloudhsm-cli user list'],
  examples: [
    {
      title: 'Until the admins have registered their keys',
      yaml: `
id: registered
title: Each admin sets a password and registers a quorum key
uses: cloudhsm.await-admins
target: hsmClient
with: { clusterId: cluster-igklspoyj5v, admins: [alice, bob, carol, dave] }
`,
    },
  ],
  notRehearsed: ['people: how long they take, and whether each can reach the cluster from a machine of their own'],
  effect: 'read',
  wait: { everyMs: 30_000, timeoutMs: 8 * 3_600_000 },
  async check({ clusterId: id, admins, registered = true }, { target, signal }) {
    const users = await listUsers(asCloudHsmClient(target), id, signal)
    const wanted = [...new Set(admins)].sort()
    const waits: string[] = []
    for (const name of wanted) {
      const user = users.find(({ username }) => username === name)
      if (user === undefined) throw new StepError('not-found', `cluster \`${id}\` has no user \`${name}\``)
      if (user.role !== 'admin')
        throw new StepError('conflict', `user \`${name}\` of cluster \`${id}\` is \`${user.role}\`, wanted \`admin\``)
      if (user.locked) waits.push(`\`${name}\` (locked: another admin unlocks with \`user change-password\`)`)
      else if (registered && !user.quorumKey) waits.push(`\`${name}\` (no quorum key registered)`)
    }
    if (waits.length > 0) return { state: 'pending', what: `waits for ${waits.join(', ')}` }
    return { state: 'satisfied', outputs: { admins: wanted } }
  },
})
