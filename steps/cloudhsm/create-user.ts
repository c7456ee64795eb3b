import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { ApplyContext } from '../../engine/step/context.ts'
import { StepError } from '../../engine/step/errors.ts'
import { secretReference } from '../../engine/step/schema.ts'
import type { Secret } from '../../engine/step/secret.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { asCloudHsmClient, type CloudHsmClient } from './hsm-client/client.ts'
import { userName, userRoles } from './hsm-client/config.ts'
import { leftBehind } from './hsm-client/left-behind.ts'
import { makePassword, requireWritable, stopIfAborted } from './hsm-client/password.ts'
import { otherPassword } from './hsm-client/prove-password.ts'
import { adminApproval } from './hsm-client/quorum/admin-approval.ts'
import { lookAtApproval, runApproved } from './hsm-client/quorum/approve.ts'
import { listUsers } from './hsm-client/users.ts'
import { approvers, attendance } from './hsm-client/quorum/attendance.ts'
import { clusterId } from './schemas.ts'

const inputs = Type.Object(
  {
    clusterId,
    as: Type.Optional({ ...userName('The admin who does it'), default: 'admin' }),
    username: userName('Name of the new user'),
    role: Type.Enum([...userRoles], { description: '`admin`: manages users. `crypto-user`: owns and uses keys' }),
    initialPassword: Type.Optional(
      secretReference(
        'Where the password that is made is stored; absent: where the binding says that this user has it. A person changes it at the first login',
      ),
    ),
    pkcs11Pin: Type.Optional(
      secretReference('Where `USER:PASSWORD` is stored as well, as the PKCS#11 library takes it for a PIN'),
    ),
    approvers,
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    username: Type.String({ description: 'Name of the user' }),
    role: Type.Enum([...userRoles], { description: 'Role of the user' }),
    password: Type.String({ description: 'Reference of the place where the password is kept' }),
  },
  { additionalProperties: false },
)

type Inputs = Static<typeof inputs>

/** Creates a user, with a password that is stored durably before it is set; through a quorum where the cluster wants one. */
export const createUser = defineStep({
  name: 'cloudhsm.create-user',
  summary:
    'Creates a user of a cluster with a password that is made and stored first, with signatures of admins where a quorum is set',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  attendance: ({ approvers: named }) => attendance(named, 'admins'),
  permissions: [
    'cloudhsm-cli user create (admin)',
    'cloudhsm-cli user list',
    'cloudhsm-cli quorum token-sign generate, list, list-quorum-values (admin)',
    'cloudhsm-cli user delete (admin; undo)',
    'to store a secret',
  ],
  examples: [
    {
      title: 'A crypto user for an application',
      yaml: `
id: appUser
title: Create the crypto user of the application
uses: cloudhsm.create-user
target: hsmClient
with: { clusterId: cluster-igklspoyj5v, username: appcu, role: crypto-user }
`,
    },
    {
      title: 'An admin, who changes the password at the first login',
      yaml: `
id: alice
uses: cloudhsm.create-user
target: hsmClient
with:
  clusterId: cluster-igklspoyj5v
  username: alice
  role: admin
  initialPassword: file:secrets/alice-initial
`,
    },
  ],
  notRehearsed: [
    'people: that enough approvers are there and sign within ten minutes',
    'how the real `cloudhsm-cli` takes a password from a program (setting `passwords` of the binding)',
  ],
  typicalMs: 30_000,
  effect: 'once',
  existing: 'adopt',
  wait: { everyMs: 10_000, timeoutMs: 2 * 3_600_000 },
  settleMs: 10_000,
  async check(wanted, context): Promise<CheckAnswer<Static<typeof outputs>>> {
    const { clusterId: id, username, role } = wanted
    const { effectId, signal } = context
    const client = asCloudHsmClient(context.target)
    const reference = referenceOf(client, wanted)
    const left = await leftBehind(client, context)
    if (left !== undefined) return left
    const users = await listUsers(client, id, signal)
    const found = users.find((user) => user.username === username)
    if (found === undefined) {
      requireWritable(reference, username)
      if (effectId === undefined) return { state: 'absent' }
      const approval = await adminApproval(client, { ...wanted, service: 'user' }, users, signal)
      return approval === undefined ? { state: 'absent' } : lookAtApproval(client, approval, { ...context, effectId })
    }
    if (found.role !== role)
      return {
        state: 'conflict',
        differs: `user \`${username}\` of cluster \`${id}\` is \`${found.role}\`, wanted \`${role}\``,
        hint: 'find out whose it is, or choose another name',
      }
    if (!found.everywhere)
      return {
        state: 'conflict',
        differs: `user \`${username}\` is not on every HSM of cluster \`${id}\``,
        hint: 'an admin deletes the user, then this goes on; nothing can have been done with it yet',
      }
    // a person may have changed the password already, so it proves nothing of an admin
    const provable = role === 'crypto-user' && client.users[username]?.reference === reference
    const other = provable ? await otherPassword(client, { clusterId: id, name: username }, context) : undefined
    return other ?? { state: 'satisfied', outputs: { username, role, password: reference } }
  },
  async apply(wanted, context) {
    const { clusterId: id, as = 'admin', username, role } = wanted
    const { effectId, signal } = context
    const client = asCloudHsmClient(context.target)
    stopIfAborted(signal, 'a password was made')
    requireWritable(referenceOf(client, wanted), username)
    const words = ['user', 'create', '--username', username, '--role', role]
    const approval = await adminApproval(
      client,
      { ...wanted, service: 'user' },
      await listUsers(client, id, signal),
      signal,
    )
    if (approval !== undefined) {
      const newPassword = () => passwordFor(client, wanted, context)
      return (await runApproved(client, approval, { words, newPassword }, context)).answer
    }
    const newPassword = await passwordFor(client, wanted, context)
    await client.run({ clusterId: id, as, words, newPassword, effectId, signal })
    return { created: true }
  },
  undo: {
    destructive: true,
    async run(wanted, made, { target, effectId, signal }) {
      const { clusterId: id, as = 'admin', username, role } = wanted
      const client = asCloudHsmClient(target)
      stopIfAborted(signal, 'the user was deleted')
      await client.quorum?.drop(effectId)
      const users = await listUsers(client, id, signal)
      // half of it is a token that was handed out, and gone by now
      if (made === undefined || users.every((user) => user.username !== username)) return
      const approval = await adminApproval(client, { ...wanted, service: 'user' }, users, signal)
      if (approval !== undefined)
        throw new StepError('denied', `deleting \`${username}\` needs signatures of ${approval.needed} admins`, {
          hint: `delete the user with \`cloudhsm-cli user delete --approval\`, then undo again`,
        })
      await client.run({
        clusterId: id,
        as,
        words: ['user', 'delete', '--username', username, '--role', role],
        effectId,
        signal,
      })
    },
  },
})

function referenceOf(client: CloudHsmClient, { username, role, initialPassword }: Inputs): string {
  const known = client.users[username]
  if (known !== undefined && known.role !== role)
    throw new StepError(
      'invalid',
      `binding \`${client.name}\` has \`${username}\` as \`${known.role}\`, wanted \`${role}\``,
    )
  return initialPassword ?? client.user(username).reference
}

/** The password, stored; the same one however often this is tried. */
async function passwordFor(client: CloudHsmClient, wanted: Inputs, { secrets }: ApplyContext): Promise<Secret> {
  const password = await secrets.create(referenceOf(client, wanted), makePassword)
  if (wanted.pkcs11Pin !== undefined)
    await secrets.create(wanted.pkcs11Pin, () => `${wanted.username}:${password.reveal()}`)
  return password
}
