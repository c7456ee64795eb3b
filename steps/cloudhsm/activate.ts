import { type Static, Type } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { asCloudHsmClient } from './hsm-client/client.ts'
import { userName } from './hsm-client/config.ts'
import { leftBehind } from './hsm-client/left-behind.ts'
import { makePassword, requireWritable, stopIfAborted } from './hsm-client/password.ts'
import { otherPassword } from './hsm-client/prove-password.ts'
import { listUsers } from './hsm-client/users.ts'
import { clusterId } from './schemas.ts'

const inputs = Type.Object(
  {
    clusterId,
    user: Type.Optional({ ...userName('The first admin, whose password is set'), default: 'admin' }),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    user: Type.String({ description: 'The first admin' }),
    password: Type.String({ description: 'Reference of the place where the password is kept' }),
  },
  { additionalProperties: false },
)

/** Activates a cluster: sets the first admin's password, which is stored durably before it is set. */
export const activate = defineStep({
  name: 'cloudhsm.activate',
  summary: "Activates an initialized cluster: makes the first admin's password, stores it, then sets it",
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  permissions: ['cloudhsm-cli cluster activate', 'cloudhsm-cli user list', 'to store a secret'],
  examples: [
    {
      title: 'Right behind the initialization',
      yaml: `
id: activate
title: Activate the cluster
uses: cloudhsm.activate
target: hsmClient
with: { clusterId: cluster-igklspoyj5v }
`,
    },
  ],
  notRehearsed: [
    'how the real `cloudhsm-cli` takes a password from a program (setting `passwords` of the binding)',
    'ports 2223 to 2225 between this machine and the HSMs',
  ],
  typicalMs: 60_000,
  effect: 'once',
  existing: 'adopt',
  wait: { everyMs: 5_000, timeoutMs: 10 * 60_000 },
  settleMs: 10_000,
  async check({ clusterId: id, user = 'admin' }, context): Promise<CheckAnswer<Static<typeof outputs>>> {
    const client = asCloudHsmClient(context.target)
    const { reference } = adminOf(client, user)
    const left = await leftBehind(client, context)
    if (left !== undefined) return left
    const found = (await listUsers(client, id, context.signal)).find(({ username }) => username === user)
    switch (found?.role) {
      case 'unactivated-admin':
        requireWritable(reference, user)
        return { state: 'absent' }
      case 'admin': {
        const other = await otherPassword(client, { clusterId: id, name: user }, context)
        return other ?? { state: 'satisfied', outputs: { user, password: reference } }
      }
      default:
        return { state: 'conflict', differs: `cluster \`${id}\` has no first admin called \`${user}\`` }
    }
  },
  async apply({ clusterId: id, user = 'admin' }, { target, secrets, effectId, signal }) {
    const client = asCloudHsmClient(target)
    const { reference } = adminOf(client, user)
    stopIfAborted(signal, 'a password was made')
    requireWritable(reference, user)
    const newPassword = await secrets.create(reference, makePassword)
    await client.run({ clusterId: id, words: ['cluster', 'activate'], newPassword, effectId, signal })
    return { activated: true }
  },
  undo: 'impossible',
})

function adminOf(client: ReturnType<typeof asCloudHsmClient>, name: string): { readonly reference: string } {
  const user = client.user(name)
  if (user.role === 'admin') return user
  throw new StepError('invalid', `binding \`${client.name}\` has \`${name}\` as \`${user.role}\`, wanted \`admin\``)
}
