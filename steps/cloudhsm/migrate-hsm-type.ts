import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { dateTime } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { present } from './client.ts'
import { readCluster, rollbackUntilOf, stateOf } from './clusters.ts'
import { hsmsOf } from './hsms.ts'
import { modifyHsmType } from './modify-hsm-type.ts'
import { clusterId, hsmType } from './schemas.ts'

/** More HSMs than these are not migrated, since AWS adds one meanwhile. */
const mostHsms = 27

/** Half an hour for each HSM, one after the other. */
const perHsmMs = 30 * 60_000

/** Migrates the HSMs of a cluster to another type. Meanwhile nothing may write keys or users. */
export const migrateHsmType = defineStep({
  name: 'cloudhsm.migrate-hsm-type',
  summary: 'Migrates the HSMs of a cluster to another type, one after the other, and waits until all are',
  version: 1,
  inputs: Type.Object(
    {
      clusterId,
      from: { ...hsmType, description: 'Type that the HSMs have now; another one is a conflict' },
      to: { ...hsmType, description: 'Type that they are to have' },
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object(
    { hsmType, rollbackUntil: Type.Optional(dateTime('Until when it can be rolled back, losing what was made since')) },
    { additionalProperties: false },
  ),
  target: 'aws',
  permissions: ['cloudhsm:ModifyCluster', 'cloudhsm:DescribeClusters'],
  examples: [
    {
      title: 'A cluster of the first generation',
      yaml: `id: migrate
uses: cloudhsm.migrate-hsm-type
target: aws
with: { clusterId: cluster-igklspoyj5v, from: hsm1.medium, to: hsm2m.medium }
`,
    },
  ],
  notRehearsed: [
    'how AWS CloudHSM judges the versions of the clients of the last seven days',
    'that clients keep working while HSMs are replaced',
    'how long AWS CloudHSM takes to migrate an HSM',
  ],
  effect: 'once',
  existing: 'adopt',
  // How long AWS may still show the cluster as ACTIVE with its old type is not documented; this is generous.
  settleMs: 5 * 60_000,
  typicalMs: 2 * perHsmMs,
  wait: { everyMs: 60_000, timeoutMs: (mostHsms + 1) * perHsmMs },

  async check({ clusterId: id, from, to }, context) {
    const cluster = await readCluster(context, id)
    const state = stateOf(cluster)
    if (state === 'MODIFY_IN_PROGRESS' || state === 'UPDATE_IN_PROGRESS')
      return { state: 'pending', what: `\`${id}\` is ${state}` }
    if (state !== 'ACTIVE') return { state: 'conflict', differs: `cluster \`${id}\` is ${state}, wanted ACTIVE` }
    const found = present(cluster.HsmType, 'DescribeClusters', 'HsmType')
    if (found === to) return { state: 'satisfied', outputs: { hsmType: found, ...rollbackUntilOf(cluster) } }
    if (found !== from)
      return {
        state: 'conflict',
        differs: `cluster \`${id}\` has HSM type \`${found}\`, wanted \`${from}\` or \`${to}\``,
      }
    const { length: hsms } = hsmsOf(cluster)
    if (hsms > mostHsms)
      throw new StepError('invalid', `cluster \`${id}\` has ${hsms} HSMs, and at most ${mostHsms} can be migrated`)
    return { state: 'different', before: found, after: to }
  },

  apply: ({ clusterId: id, to }, context) => modifyHsmType(context, id, to),

  undo: {
    destructive: true, // keys and users that were made since are lost
    async run({ clusterId: id, from }, _outputs, context) {
      const cluster = await readCluster(context, id)
      if (stateOf(cluster) === 'ROLLBACK_IN_PROGRESS' || cluster.HsmType === from) return
      await modifyHsmType(context, id, from)
    },
  },
})
