import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { requestOf } from '../aws/ask.ts'
import { readOneBackup } from './backups-of.ts'
import { ask } from './client.ts'
import { backupId } from './schemas.ts'

const neverExpires = Type.Boolean({
  description:
    'True: AWS never removes it by itself. False: its cluster decides how long it is kept; a copy has none and stays',
})

/** Exempts a backup from expiring, or takes that back. */
export const keepBackup = defineStep({
  name: 'cloudhsm.keep-backup',
  summary: 'Keeps a backup for ever, or lets it expire again',
  version: 1,
  inputs: Type.Object({ backupId, neverExpires }, { additionalProperties: false }),
  outputs: Type.Object({ backupId, neverExpires }, { additionalProperties: false }),
  target: 'aws',
  permissions: ['cloudhsm:DescribeBackups', 'cloudhsm:ModifyBackupAttributes'],
  examples: [
    {
      title: 'The backup of an offline root',
      yaml: `id: keep
uses: cloudhsm.keep-backup
target: aws
with: { backupId: backup-ro5c4er4aac, neverExpires: true }
`,
    },
  ],
  notRehearsed: ['how soon AWS shows that a backup never expires'],
  effect: 'idempotent',
  existing: 'adopt',
  // When a list shows the new value is not documented; this is generous.
  settleMs: 2 * 60_000,
  typicalMs: 5_000,
  wait: { everyMs: 15_000, timeoutMs: 3 * 60 * 60_000 },

  async check(wanted, context) {
    const found = await readOneBackup(context, wanted.backupId)
    if (found === undefined)
      throw new StepError('not-found', `there is no backup \`${wanted.backupId}\` in \`${context.target.region}\``)
    if (found.state === 'CREATE_IN_PROGRESS')
      return { state: 'pending', what: `\`${wanted.backupId}\` is CREATE_IN_PROGRESS` }
    if (found.state !== 'READY')
      return {
        state: 'conflict',
        differs: `\`${wanted.backupId}\` is ${found.state}`,
        ...(found.state === 'PENDING_DELETION' ? { hint: 'restore it, or take another backup' } : {}),
      }
    if (found.neverExpires === wanted.neverExpires) return { state: 'satisfied', outputs: wanted }
    return {
      state: 'different',
      before: { neverExpires: found.neverExpires },
      after: { neverExpires: wanted.neverExpires },
    }
  },

  async apply(wanted, context) {
    const { $metadata } = await ask(context, 'ModifyBackupAttributes', (client, options) =>
      client.modifyBackupAttributes({ BackupId: wanted.backupId, NeverExpires: wanted.neverExpires }, options),
    )
    return requestOf($metadata)
  },

  undo: {
    destructive: false,
    async run(wanted, _outputs, context) {
      await ask(context, 'ModifyBackupAttributes', (client, options) =>
        client.modifyBackupAttributes({ BackupId: wanted.backupId, NeverExpires: !wanted.neverExpires }, options),
      )
    },
  },
})
