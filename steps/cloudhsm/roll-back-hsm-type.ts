import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { present } from './client.ts'
import { readCluster, rollbackUntilOf, stateOf } from './clusters.ts'
import { modifyHsmType } from './modify-hsm-type.ts'
import { clusterId, hsmType } from './schemas.ts'

/** Takes a migration of the HSM type back, within the 24 hours in which AWS offers that. */
export const rollBackHsmType = defineStep({
  name: 'cloudhsm.roll-back-hsm-type',
  summary: 'Takes a migration of the HSM type back; keys and users that were made since are lost',
  version: 1,
  inputs: Type.Object(
    { clusterId, to: { ...hsmType, description: 'Type that the HSMs had before the migration' } },
    { additionalProperties: false },
  ),
  outputs: Type.Object({ hsmType }, { additionalProperties: false }),
  target: 'aws',
  permissions: ['cloudhsm:ModifyCluster', 'cloudhsm:DescribeClusters'],
  examples: [
    {
      title: 'Back to the first generation',
      yaml: `id: rollBack
uses: cloudhsm.roll-back-hsm-type
target: aws
with: { clusterId: cluster-igklspoyj5v, to: hsm1.medium }
`,
    },
  ],
  notRehearsed: ['how long AWS CloudHSM takes to roll a migration back'],
  effect: 'once',
  existing: 'adopt',
  // How long AWS may still show the cluster as ACTIVE with its new type is not documented; this is generous.
  settleMs: 5 * 60_000,
  typicalMs: 60 * 60_000,
  wait: { everyMs: 60_000, timeoutMs: 14 * 60 * 60_000 },

  async check({ clusterId: id, to }, context) {
    const cluster = await readCluster(context, id)
    const state = stateOf(cluster)
    if (['MODIFY_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'UPDATE_IN_PROGRESS'].includes(state))
      return { state: 'pending', what: `\`${id}\` is ${state}` }
    if (state !== 'ACTIVE') return { state: 'conflict', differs: `cluster \`${id}\` is ${state}, wanted ACTIVE` }
    const found = present(cluster.HsmType, 'DescribeClusters', 'HsmType')
    if (found === to) return { state: 'satisfied', outputs: { hsmType: found } }
    const { rollbackUntil } = rollbackUntilOf(cluster)
    // of a request that was sent AWS decides, and where it does not show until when
    if (context.effectId === undefined && rollbackUntil !== undefined && Date.parse(rollbackUntil) <= context.now())
      throw new StepError(
        'conflict',
        `cluster \`${id}\` can't be rolled back any more: that was possible until \`${rollbackUntil}\``,
      )
    return { state: 'different', before: found, after: to }
  },

  apply: ({ clusterId: id, to }, context) =>
    modifyHsmType(context, id, to).catch((error: unknown) => {
      if (!StepError.is(error) || error.code !== 'invalid') throw error
      throw new StepError('conflict', `AWS does not roll cluster \`${id}\` back to \`${to}\``, { cause: error })
    }),

  undo: 'impossible',
})
