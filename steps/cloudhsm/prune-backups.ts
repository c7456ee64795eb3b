import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Json } from '../../engine/step/json.ts'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { backupsOf } from './backups-of.ts'
import type { Asking } from './client.ts'
import { placedAt, type KeyBackup } from './key-backup.ts'
import { planPruning, type PrunePlan } from './prune-plan.ts'
import { bringBackupBack, removeBackup } from './remove-backup.ts'
import { backupId, clusterId } from './schemas.ts'

const dayMs = 24 * 60 * 60_000

const inputs = Type.Object(
  {
    clusterId,
    olderThanDays: Type.Number({
      description:
        'Days that a backup must have been in this Region; of a copy they are counted from when it was copied',
      minimum: 0,
    }),
    keep: Type.Integer({
      description: 'How many of the newest READY ones stay, however old they are',
      minimum: 1,
    }),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    pruned: Type.Array(backupId, { description: 'What is being deleted; AWS can bring it back for seven days' }),
    kept: Type.Integer({ description: 'READY backups and copies of the cluster that are left in this Region' }),
  },
  { additionalProperties: false },
)

const journaled = Type.Object({
  prune: Type.Array(
    Type.Object({ backupId: Type.String(), createdAt: Type.String(), copiedAt: Type.Optional(Type.String()) }),
  ),
})

/**
 * Deletes old backups of a cluster, and copies of them, in one Region.
 *
 * Only what was listed before it began is deleted, and of that only what may still go. One that the retention policy purges meanwhile
 * is as good as pruned.
 */
export const pruneBackups = defineStep({
  name: 'cloudhsm.prune-backups',
  summary: 'Deletes old backups of a cluster and copies of them; never the newest, never one that is kept for ever',
  version: 1,
  inputs,
  outputs,
  target: 'aws',
  permissions: ['cloudhsm:DescribeBackups', 'cloudhsm:DeleteBackup', 'cloudhsm:RestoreBackup'],
  examples: [
    {
      title: 'Copies of more than 90 days, but for the newest three',
      yaml: `id: prune
uses: cloudhsm.prune-backups
target: aws
with: { clusterId: cluster-igklspoyj5v, olderThanDays: 90, keep: 3 }
retry: { on: [transient, throttled], times: 40 }
`,
    },
  ],
  notRehearsed: [
    'how many requests a second AWS takes before it throttles: many backups need `retry` with more than the standard six times',
    'what the retention policy of the cluster purges meanwhile',
  ],
  effect: 'idempotent',
  existing: 'adopt',
  // When a list shows that a backup is being deleted is not documented; this is generous.
  settleMs: 2 * 60_000,
  typicalMs: 60_000,
  wait: { everyMs: 15_000, timeoutMs: 60 * 60_000 },

  async check(wanted, context) {
    const all = await backupsOf(context, wanted.clusterId)
    const chosen = context.before === undefined ? undefined : idsOf(context.before)
    const plan = planned(all, wanted, context.now(), chosen)
    if (plan.prune.length > 0) return { state: 'different', before: shown(plan.prune), after: { prune: [] } }
    const ready = new Set(plan.kept.map(({ id }) => id))
    return {
      state: 'satisfied',
      outputs: { pruned: (chosen ?? []).filter((id) => !ready.has(id)), kept: plan.kept.length },
    }
  },

  async apply(wanted, context) {
    const all = await backupsOf(context, wanted.clusterId)
    const { prune } = planned(all, wanted, context.now(), idsOf(context.before))
    return { requests: await removeEach(context, prune) }
  },

  undo: {
    destructive: false,
    async run(_wanted, outputs, context) {
      const lost: string[] = []
      for (const id of outputs?.pruned ?? idsOf(context.before)) {
        await bringBackupBack(context, id).catch((error: unknown) => {
          if (!StepError.is(error) || error.code !== 'not-found') throw error
          lost.push(id)
        })
      }
      if (lost.length > 0) throw new StepError('not-found', `deleted for good meanwhile: \`${lost.join('`, `')}\``)
    },
  },
})

/** @param chosen what was shown before it began: nothing else goes, though it became old meanwhile */
function planned(
  all: readonly KeyBackup[],
  { clusterId: id, olderThanDays, keep }: Static<typeof inputs>,
  now: number,
  chosen: readonly string[] | undefined,
): PrunePlan {
  const { prune, kept } = planPruning(all, { clusterId: id, before: now - olderThanDays * dayMs, keep })
  if (chosen === undefined) return { prune, kept }
  const stays = prune.filter((each) => !chosen.includes(each.id))
  return { prune: prune.filter((each) => !stays.includes(each)), kept: [...kept, ...stays] }
}

/** The oldest first. Whatever ends it half-way, what was deleted is. */
async function removeEach(context: Asking, prune: readonly KeyBackup[]): Promise<number> {
  let requests = 0
  for (const { id } of prune) {
    try {
      await removeBackup(context, id)
      requests += 1
    } catch (error) {
      if (requests === 0 || !StepError.is(error)) throw error
      const { code, message, hint, facts } = error
      throw new StepError(code, `${message}, behind ${requests} of ${prune.length} backups`, {
        ...(hint === undefined ? {} : { hint }),
        facts,
        outcomeUnknown: true,
        cause: error,
      })
    }
  }
  return requests
}

/** What is journaled, and shown before it is approved. */
function shown(prune: readonly KeyBackup[]): Static<typeof journaled> {
  return {
    prune: prune.map((each) => ({
      backupId: each.id,
      createdAt: new Date(each.createdAt).toISOString(),
      ...(each.copy === undefined ? {} : { copiedAt: new Date(placedAt(each)).toISOString() }),
    })),
  }
}

function idsOf(before: Json | undefined): string[] {
  return before === undefined ? [] : Value.Parse(journaled, before).prune.map((each) => each.backupId)
}
