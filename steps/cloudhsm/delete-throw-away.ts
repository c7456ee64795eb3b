import { Type, type Static } from 'typebox'
import type { CheckContext } from '../../engine/step/context.ts'
import { dateTime } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requestOf } from '../aws/ask.ts'
import { textOf, textsOf } from './answer.ts'
import { ask, type Asking } from './client.ts'
import { removingClusters, removingHsms } from './permissions.ts'
import { removeBackup } from './remove-backup.ts'
import { backupId, clusterId, throwAwayOf } from './schemas.ts'
import { lookForThrowAway, type NextDeletion, type ThrowAway } from './throw-away.ts'

const outputs = Type.Object(
  {
    clusterIds: Type.Array(clusterId, { description: 'Clusters that were deleted' }),
    backupIds: Type.Array(backupId, { description: 'Backups that the clusters made, all of them deleted' }),
    restorableUntil: Type.Optional(
      dateTime('Until when the last of these backups can still be restored: until then the keys are in it'),
    ),
  },
  { additionalProperties: false },
)

/** How long what was acknowledged may still be shown as it was before; not documented, this is generous. */
const shownLateMs = 5 * 60_000

/**
 * Deletes all that was made to be thrown away for one purpose: HSMs, the backups that the clone itself made, the cluster. It takes up
 * whatever half is there, and finds its work by tag: also what an earlier run left.
 */
export const deleteThrowAway = defineStep({
  name: 'cloudhsm.delete-throw-away',
  summary: 'Deletes a throw-away clone: its HSMs, the backups it made, and the cluster; whatever of it is there',
  version: 1,
  inputs: Type.Object({ throwAwayOf }, { additionalProperties: false }),
  outputs,
  target: 'aws',
  permissions: [
    ...new Set([...removingHsms, ...removingClusters, 'cloudhsm:DescribeBackups', 'cloudhsm:DeleteBackup']),
  ],
  examples: [
    {
      title: 'The clone that proved a backup',
      yaml: `id: removeClone
uses: cloudhsm.delete-throw-away
target: aws
with: { throwAwayOf: proof of backup-ro5c4er4aac }
`,
    },
  ],
  notRehearsed: ['how long AWS CloudHSM takes to delete HSMs and clusters'],
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: shownLateMs,
  typicalMs: 12 * 60_000,
  wait: { everyMs: 15_000, timeoutMs: 4 * 60 * 60_000 },

  async check({ throwAwayOf: purpose }, context) {
    const found = await lookForThrowAway(context, purpose, seenIn(context))
    const { next, clusterIds, backups } = found
    if (next === undefined) return { state: 'satisfied', outputs: outputsOf(found) }
    if (next.kind === 'wait') return { state: 'pending', what: next.what }
    const name = nameOf(next)
    if (context.effectId === undefined)
      return {
        state: 'different',
        before: { clusterIds: [...clusterIds], backupIds: backups.map(({ id }) => id), next: name },
        after: { clusterIds: [], backupIds: [] },
      }
    if (textOf(context.answer, 'sent') === name && context.now() < sentAtIn(context) + shownLateMs)
      return { state: 'pending', what: `${name} was asked for, and is not shown yet` }
    return { state: 'partial', what: `still to be done: ${name}`, next: name }
  },

  async apply({ throwAwayOf: purpose }, context) {
    const { next, clusterIds } = await lookForThrowAway(context, purpose, seenIn(context))
    if (next === undefined || next.kind === 'wait') return { clusterIds: [...clusterIds] }
    const request = await deleteNext(next, context)
    return { clusterIds: [...clusterIds], sent: nameOf(next), sentAt: context.now(), ...request }
  },

  undo: 'impossible',
})

/** Clusters that this step saw before, and that may be gone. */
function seenIn({ before, answer }: Pick<CheckContext<'aws'>, 'before' | 'answer'>): string[] {
  return [...textsOf(before, 'clusterIds'), ...textsOf(answer, 'clusterIds')]
}

function sentAtIn({ answer }: CheckContext<'aws'>): number {
  if (typeof answer !== 'object' || answer === null || !('sentAt' in answer)) return 0
  return typeof answer.sentAt === 'number' ? answer.sentAt : 0
}

function nameOf(next: Exclude<NextDeletion, { readonly kind: 'wait' }>): string {
  switch (next.kind) {
    case 'hsm':
      return `deletion of HSM ${next.eniId}`
    case 'backup':
      return `deletion of backup ${next.backupId}`
    case 'cluster':
      return `deletion of cluster ${next.clusterId}`
  }
}

/** @returns what the journal keeps of the request */
async function deleteNext(next: Exclude<NextDeletion, { readonly kind: 'wait' }>, context: Asking) {
  switch (next.kind) {
    case 'hsm':
      return requested(
        ask(context, 'DeleteHsm', (client, options) =>
          client.deleteHsm({ ClusterId: next.clusterId, EniId: next.eniId }, options),
        ),
      )
    case 'backup':
      // the retention policy may have been faster
      await removeBackup(context, next.backupId)
      return {}
    case 'cluster':
      return requested(
        ask(context, 'DeleteCluster', (client, options) =>
          client.deleteCluster({ ClusterId: next.clusterId }, options),
        ),
      )
  }
}

async function requested(answer: Promise<{ readonly $metadata: Parameters<typeof requestOf>[0] }>) {
  return requestOf((await answer).$metadata)
}

function outputsOf({ clusterIds, backups }: ThrowAway): Static<typeof outputs> {
  const deletedFrom = backups.flatMap(({ deletedFrom: at }) => (at === undefined ? [] : [at]))
  return {
    clusterIds: clusterIds.toSorted(),
    backupIds: backups.map(({ id }) => id).toSorted(),
    ...(deletedFrom.length === 0 ? {} : { restorableUntil: new Date(Math.max(...deletedFrom)).toISOString() }),
  }
}
