import { findBackup, invalid, requireState, slowMs, type CloudHsmContext } from './context.ts'
import { copySaved } from './data-plane/token-copies.ts'
import { describeBackup } from './describe.ts'
import { backupFolder, makingFolder } from './folders.ts'
import { makeId } from './ids.ts'
import { partitionOf } from './partition.ts'
import type { Handlers, RequestOf } from './requests.ts'
import { pendingDeletion } from './retention.ts'
import type { Backup } from './state.ts'
import { checkTags } from './tags.ts'

export const backupOperations: Handlers<
  'CopyBackupToRegion' | 'DeleteBackup' | 'RestoreBackup' | 'ModifyBackupAttributes'
> = {
  CopyBackupToRegion(input, context) {
    const { backup, state } = findBackup(input.BackupId, context)
    requireState(backup.id, state, ['READY'])
    checkTags(input.TagList ?? [])
    checkDestination(input.DestinationRegion, context)
    const copy = copyOf(backup, input, context)
    const places = { from: backupFolder(context, backup.id), to: backupFolder(context, copy.id) }
    copySaved({ ...places, making: makingFolder(context) })
    context.store.save({ backups: [copy] }, { operation: 'CopyBackupToRegion', resource: backup.id })
    const {
      CreateTimestamp = null,
      SourceRegion = null,
      SourceBackup = null,
      SourceCluster = null,
    } = describeBackup(copy, context.clock.now())
    return { DestinationBackup: { CreateTimestamp, SourceRegion, SourceBackup, SourceCluster } }
  },

  DeleteBackup({ BackupId: id }, context) {
    if (context.fault === 'purged') context.store.save({ backups: [deleted(findBackup(id, context).backup, context)] })
    const { backup, state } = findBackup(id, context)
    requireState(id, state, ['READY'])
    return saved(deleted(backup, context), 'DeleteBackup', context)
  },

  RestoreBackup({ BackupId: id }, context) {
    const { backup, state } = findBackup(id, context)
    requireState(id, state, ['PENDING_DELETION'])
    const { deletedUntil: _, ...restored } = backup
    return saved(restored, 'RestoreBackup', context)
  },

  ModifyBackupAttributes({ BackupId: id, NeverExpires: neverExpires }, context) {
    const { backup, state } = findBackup(id, context)
    requireState(id, state, ['CREATE_IN_PROGRESS', 'READY'])
    return saved({ ...backup, neverExpires }, 'ModifyBackupAttributes', context)
  },
}

function deleted(backup: Backup, { clock, settings }: CloudHsmContext): Backup {
  return pendingDeletion(backup, clock.now(), settings)
}

function saved(backup: Backup, operation: string, { store, clock }: CloudHsmContext) {
  store.save({ backups: [backup] }, { operation, resource: backup.id })
  return { Backup: describeBackup(backup, clock.now()) }
}

function checkDestination(region: string, { caller }: CloudHsmContext): void {
  if (region === caller.region) throw invalid('The destination is the Region that the backup is in.')
  if (partitionOf(region) !== caller.partition)
    throw invalid(`A backup cannot be copied from ${caller.region} to ${region}.`)
}

function copyOf(backup: Backup, input: RequestOf<'CopyBackupToRegion'>, context: CloudHsmContext): Backup {
  const { clock, settings, fault } = context
  const now = clock.now()
  const { clusterId, policy: _, copy: earlier, ...rest } = backup
  return {
    ...rest,
    id: makeId('backup'),
    region: input.DestinationRegion,
    readyAt: now + settings.copyMs + (fault === 'slow' ? slowMs : 0),
    trigger: 'copy',
    fails: fault === 'ends-failed',
    neverExpires: settings.copiesInheritNeverExpires && backup.neverExpires,
    copy: {
      at: now,
      sourceRegion: backup.region,
      sourceBackup: backup.id,
      sourceCluster: clusterId ?? earlier?.sourceCluster ?? '',
    },
    tags: [...(input.TagList ?? backup.tags)],
  }
}
