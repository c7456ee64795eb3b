import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { asCloudHsmClient } from './hsm-client/client.ts'
import { userName } from './hsm-client/config.ts'
import { leftBehind } from './hsm-client/left-behind.ts'
import { stopIfAborted } from './hsm-client/password.ts'
import { adminApproval, registeredAdmins } from './hsm-client/quorum/admin-approval.ts'
import { lookAtApproval, runApproved } from './hsm-client/quorum/approve.ts'
import { listUsers, quorumValues } from './hsm-client/users.ts'
import { approvers, attendance } from './hsm-client/quorum/attendance.ts'
import { clusterId } from './schemas.ts'

const service = Type.Enum(['user', 'quorum'], {
  description: '`user`: what is done to users. `quorum`: setting quorum values',
})

const inputs = Type.Object(
  {
    clusterId,
    as: Type.Optional({ ...userName('The admin who does it'), default: 'admin' }),
    service,
    value: Type.Integer({ description: 'How many admins must approve', minimum: 2, maximum: 8 }),
    approvers,
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  { service, value: Type.Integer({ description: 'How many admins must approve' }) },
  { additionalProperties: false },
)

const setting = Type.Object({ value: Type.Integer() })

/** How many admins more than must approve there are to be: who is ill or gone stops nobody. */
const spare = 2

/** Sets how many admins must approve. */
export const setQuorum = defineStep({
  name: 'cloudhsm.set-quorum',
  summary:
    'Sets how many admins must approve what is done to users or quorum values; two more must have registered keys',
  version: 1,
  inputs,
  outputs,
  target: 'hsm-client',
  attendance: ({ approvers: named }) => attendance(named, 'admins'),
  permissions: [
    'cloudhsm-cli quorum token-sign set-quorum-value (admin)',
    'cloudhsm-cli quorum token-sign generate, list, list-quorum-values (admin)',
    'cloudhsm-cli user list',
  ],
  examples: [
    {
      title: 'Two of four admins',
      yaml: `
id: userQuorum
title: Two admins approve what is done to users
uses: cloudhsm.set-quorum
target: hsmClient
with: { clusterId: cluster-igklspoyj5v, service: user, value: 2 }
`,
    },
  ],
  notRehearsed: ['people: that enough approvers are there and sign within ten minutes'],
  typicalMs: 30_000,
  effect: 'idempotent',
  existing: 'adopt',
  wait: { everyMs: 10_000, timeoutMs: 2 * 3_600_000 },
  settleMs: 10_000,
  async check(wanted, context): Promise<CheckAnswer<Static<typeof outputs>>> {
    const { clusterId: id, service: of, value } = wanted
    const { effectId, signal } = context
    const client = asCloudHsmClient(context.target)
    const left = await leftBehind(client, context)
    if (left !== undefined) return left
    const before = (await quorumValues(client, id, signal))[of] ?? 1
    if (before === value) return { state: 'satisfied', outputs: { service: of, value } }
    const users = await listUsers(client, id, signal)
    const registered = registeredAdmins(users)
    if (registered.length < value + spare)
      throw new StepError(
        'invalid',
        `a quorum of ${value} needs ${value + spare} admins with a registered key in cluster \`${id}\`, found ${registered.length}${registered.length === 0 ? '' : `: ${registered.map((name) => `\`${name}\``).join(', ')}`}`,
        { hint: 'let more admins register their keys, and see `cloudhsm.await-admins`' },
      )
    if (effectId !== undefined) {
      const approval = await adminApproval(client, { ...wanted, service: 'quorum' }, users, signal)
      if (approval !== undefined) return lookAtApproval(client, approval, { ...context, effectId })
    }
    return { state: 'different', before: { value: before }, after: { value } }
  },
  async apply(wanted, context) {
    const { clusterId: id, as = 'admin', service: of, value } = wanted
    const { effectId, signal } = context
    const client = asCloudHsmClient(context.target)
    stopIfAborted(signal, 'the quorum value was set')
    const words = ['quorum', 'token-sign', 'set-quorum-value', '--service', of, '--value', String(value)]
    const users = await listUsers(client, id, signal)
    const approval = await adminApproval(client, { ...wanted, service: 'quorum' }, users, signal)
    if (approval !== undefined) return (await runApproved(client, approval, { words }, context)).answer
    await client.run({ clusterId: id, as, words, effectId, signal })
    return { value }
  },
  undo: {
    destructive: false,
    async run(wanted, _made, { target, before, effectId, signal }) {
      const { clusterId: id, as = 'admin', service: of } = wanted
      const client = asCloudHsmClient(target)
      stopIfAborted(signal, 'the quorum value was set back')
      await client.quorum?.drop(effectId)
      const value = Value.Check(setting, before) ? before.value : 1
      if (((await quorumValues(client, id, signal))[of] ?? 1) === value) return
      const refused = (why: string): StepError =>
        new StepError('denied', `quorum value \`${of}\` cannot be set back to ${value}: ${why}`, {
          hint: 'an admin sets it by hand, or it stays',
        })
      if (value < 2) throw refused('the least that can be set is 2')
      const users = await listUsers(client, id, signal)
      const approval = await adminApproval(client, { ...wanted, service: 'quorum' }, users, signal)
      if (approval !== undefined) throw refused(`${approval.needed} admins must approve`)
      const words = ['quorum', 'token-sign', 'set-quorum-value', '--service', of, '--value', String(value)]
      await client.run({ clusterId: id, as, words, effectId, signal })
    },
  },
})
