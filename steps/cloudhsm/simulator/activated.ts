import type { CloudHsmWorld } from './context.ts'
import { makeBackup } from './make-backup.ts'
import type { Backup, Cluster } from './state.ts'

/**
 * What activation makes of a cluster: it is ACTIVE, and has its first backup. The caller saves both.
 *
 * @param cluster with what is in its HSMs since: an admin with a password
 * @param longerMs how much longer than usual the backup takes
 */
export function activated(
  cluster: Cluster,
  world: CloudHsmWorld,
  longerMs = 0,
): { readonly cluster: Cluster; readonly backup: Backup } {
  const now = world.clock.now()
  const active = { ...cluster, activatedAt: now, nextBackupAt: now + world.settings.backupIntervalMs }
  return { cluster: active, backup: makeBackup(active, 'activation', now, world, longerMs) }
}
