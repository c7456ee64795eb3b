import { Type } from 'typebox'
import { dateTime } from '../../engine/step/schema.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { backupsOf, readOneBackup } from './backups-of.ts'
import type { Asking } from './client.ts'
import type { KeyBackup } from './key-backup.ts'
import { bringBackupBack, isGone, removeBackup } from './remove-backup.ts'
import { backupId } from './schemas.ts'

const inputs = Type.Object(
  {
    backupId,
    lastOne: Type.Optional(
      Type.Boolean({
        description:
          'True where it may be the last READY backup of these keys in this Region. Absent: then it is refused',
      }),
    ),
  },
  { additionalProperties: false },
)

const outputs = Type.Object(
  {
    backupId,
    restorableUntil: Type.Optional(
      dateTime('Until when AWS can bring it back; absent: it is gone for good, or AWS does not know it'),
    ),
  },
  { additionalProperties: false },
)

/** Deletes one backup or copy. */
export const deleteBackup = defineStep({
  name: 'cloudhsm.delete-backup',
  summary: 'Deletes a backup or a copy of one, which AWS can bring back for seven days',
  version: 1,
  inputs,
  outputs,
  target: 'aws',
  permissions: ['cloudhsm:DescribeBackups', 'cloudhsm:DeleteBackup', 'cloudhsm:RestoreBackup'],
  examples: [
    {
      title: 'A copy that nobody needs',
      yaml: `id: removeCopy
uses: cloudhsm.delete-backup
target: aws
with: { backupId: backup-ro5c4er4aac }
`,
    },
  ],
  notRehearsed: ['that AWS can really bring a deleted backup back'],
  effect: 'idempotent',
  existing: 'adopt',
  // When a list shows that a backup is being deleted is not documented; this is generous.
  settleMs: 2 * 60_000,
  typicalMs: 5_000,
  wait: { everyMs: 15_000, timeoutMs: 3 * 60 * 60_000 },

  async check(wanted, context) {
    const found = await readOneBackup(context, wanted.backupId)
    if (found === undefined || isGone(found)) return { state: 'satisfied', outputs: outputsOf(wanted.backupId, found) }
    if (found.state === 'CREATE_IN_PROGRESS') return { state: 'pending', what: `\`${found.id}\` is CREATE_IN_PROGRESS` }
    const refused = await refusal(found, wanted.lastOne === true, context)
    if (refused !== undefined) return { state: 'conflict', ...refused }
    return { state: 'different', before: { state: found.state }, after: { state: 'PENDING_DELETION' } }
  },

  async apply(wanted, context) {
    return { begun: await removeBackup(context, wanted.backupId) }
  },

  undo: { destructive: false, run: (wanted, _outputs, context) => bringBackupBack(context, wanted.backupId) },
})

/** Why a READY backup must stay. */
async function refusal(found: KeyBackup, mayBeLast: boolean, context: Asking) {
  if (found.neverExpires)
    return {
      differs: `\`${found.id}\` is kept for ever`,
      hint: 'where it really may go, let it expire first: `cloudhsm.keep-backup` with `neverExpires: false`',
    }
  const cluster = found.clusterId ?? found.copy?.sourceCluster
  if (mayBeLast || cluster === undefined) return undefined
  const others = (await backupsOf(context, cluster)).filter(({ id, state }) => state === 'READY' && id !== found.id)
  if (others.length > 0) return undefined
  return {
    differs: `\`${found.id}\` is the last READY backup of \`${cluster}\` in \`${context.target.region}\``,
    hint: 'say `lastOne: true` where that is meant',
  }
}

function outputsOf(id: string, found: KeyBackup | undefined) {
  const until = found?.state === 'PENDING_DELETION' ? found.deletedFrom : undefined
  return { backupId: id, ...(until === undefined ? {} : { restorableUntil: new Date(until).toISOString() }) }
}
