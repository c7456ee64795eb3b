import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { wholeOutputs } from '../../engine/step/whole-outputs.ts'
import { throwAwayTag } from '../aws/tags.ts'
import { readOneBackup } from './backups-of.ts'
import { clusterDifference } from './cluster-difference.ts'
import { clusterInputs, clusterOutputs, retentionDays } from './cluster-schema.ts'
import { tagOf } from './clusters.ts'
import { lookForCluster } from './made-cluster.ts'
import { makeCluster, unmakeCluster } from './make-cluster.ts'
import { makingClusters } from './permissions.ts'
import { backupId, throwAwayOf } from './schemas.ts'

/** Makes a cluster of a backup. It is ACTIVE at once: with the users, passwords and keys of the day of the backup. */
export const restoreCluster = defineStep({
  name: 'cloudhsm.restore-cluster',
  summary: 'Makes a cluster of a backup: with its users, passwords, keys and certificate, and without HSMs',
  version: 1,
  inputs: Type.Object(
    {
      ...clusterInputs,
      backupId,
      backupRetentionDays: Type.Optional(retentionDays),
      throwAway: Type.Optional(throwAwayOf),
    },
    { additionalProperties: false },
  ),
  outputs: clusterOutputs,
  target: 'aws',
  permissions: [...makingClusters, 'cloudhsm:DescribeBackups'],
  examples: [
    {
      title: 'A throw-away clone that proves a backup',
      yaml: `id: clone
uses: cloudhsm.restore-cluster
target: aws
with:
  name: example-root-proof
  backupId: backup-ro5c4er4aac
  hsmType: hsm2m.medium
  mode: FIPS
  subnetIds: [subnet-0a1b2c3d4e5f60718]
  throwAway: proof of backup-ro5c4er4aac
`,
    },
  ],
  notRehearsed: [
    'how long AWS CloudHSM takes to make a cluster of a backup',
    'that the HSM type may be another one than that of the backup',
  ],
  effect: 'once',
  existing: 'adopt',
  // How long a cluster may be missing in the list is not documented; this is generous.
  settleMs: 5 * 60_000,
  typicalMs: 3 * 60_000,
  wait: { everyMs: 15_000, timeoutMs: 30 * 60_000 },

  async check({ name, backupId: sourceBackupId, throwAway, tags: _tags, ...wanted }, context) {
    const seen = await lookForCluster(
      name,
      (found) =>
        clusterDifference({ ...wanted, sourceBackupId }, found) ??
        purposeDifference(throwAway, tagOf(found, throwAwayTag)),
      context,
    )
    if (seen.state !== 'absent') return seen
    const backup = await readOneBackup(context, sourceBackupId)
    if (backup === undefined)
      throw new StepError('not-found', `there is no backup \`${sourceBackupId}\` in \`${context.target.region}\``)
    if (backup.state === 'CREATE_IN_PROGRESS')
      return { state: 'pending', what: `backup \`${sourceBackupId}\` is ${backup.state}` }
    if (backup.state !== 'READY')
      throw new StepError('conflict', `backup \`${sourceBackupId}\` is ${backup.state}, wanted READY`)
    if (backup.mode !== undefined && backup.mode !== wanted.mode)
      throw new StepError(
        'invalid',
        `backup \`${sourceBackupId}\` is of mode \`${backup.mode}\` and can't be restored into \`${wanted.mode}\``,
      )
    return seen
  },

  apply: ({ backupId: sourceBackupId, throwAway, tags = {}, ...wanted }, context) =>
    makeCluster(
      { ...wanted, sourceBackupId },
      { ...tags, ...(throwAway === undefined ? {} : { [throwAwayTag]: throwAway }) },
      context,
    ),

  undo: {
    destructive: true,
    run: (_inputs, outputs, context) => unmakeCluster(wholeOutputs(outputs).clusterId, context),
  },
})

/** What is to be thrown away must never be taken for something else, nor the other way round. */
function purposeDifference(wanted: string | undefined, found: string | undefined): string | undefined {
  if (wanted === found) return undefined
  return `tag \`${throwAwayTag}\` \`${found ?? 'absent'}\`, wanted \`${wanted ?? 'absent'}\``
}
