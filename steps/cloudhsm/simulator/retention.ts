import { rmSync } from 'node:fs'
import type { CloudHsmWorld } from './context.ts'
import { backupFolder } from './folders.ts'
import { backupState, newestBackupOf } from './lifecycle.ts'
import type { Backup, Cluster } from './state.ts'

const dayMs = 24 * 60 * 60_000

/**
 * Holds the backups of a cluster against its retention policy, as of `cluster.sweptAt`. What is too old can still be restored for some
 * days, and is purged again by the next look. The newest one stays, however old it is.
 */
export function purgeExpired(cluster: Cluster, { store, settings }: Pick<CloudHsmWorld, 'store' | 'settings'>): void {
  const now = cluster.sweptAt
  const newest = newestBackupOf(cluster.id, store.state.backups, now)
  const expired = store.state.backups.filter(
    (backup) =>
      backup.clusterId === cluster.id &&
      backup !== newest &&
      backupState(backup, now) === 'READY' &&
      !backup.neverExpires &&
      backup.createdAt + cluster.retentionDays * dayMs <= now,
  )
  store.save({ clusters: [cluster], backups: expired.map((backup) => pendingDeletion(backup, now, settings)) })
}

/** A backup that was deleted, and can be restored for some days. */
export function pendingDeletion(
  backup: Backup,
  now: number,
  { restorableMs }: Pick<CloudHsmWorld['settings'], 'restorableMs'>,
): Backup {
  return { ...backup, deletedUntil: now + restorableMs }
}

/** Forgets a backup for good. */
export function forget(backup: Backup, world: CloudHsmWorld): void {
  rmSync(backupFolder(world, backup.id), { recursive: true, force: true })
  world.store.save({ forgotten: [backup.id] })
}
