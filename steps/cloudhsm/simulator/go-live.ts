import type { CloudHsmWorld } from './context.ts'
import { bringTokensBack } from './data-plane/token-copies.ts'
import { backupFolder, makingFolder } from './folders.ts'
import { makeIdentity } from './identity.ts'
import { newestBackupOf } from './lifecycle.ts'
import type { Backup, Cluster, Hsm } from './state.ts'

/**
 * The first HSM of a cluster works: a new cluster can be told apart from every other one now, and what an older one had comes back
 * from its newest backup, with the passwords of that day.
 */
export function goLive(cluster: Cluster, hsm: Hsm, world: CloudHsmWorld): void {
  const { store, settings, tokenFolder } = world
  if (cluster.activatedAt === undefined) {
    const identity = cluster.initialized === undefined ? { identity: makeIdentity(cluster, hsm, world) } : {}
    store.save({ clusters: [{ ...cluster, live: true, ...identity }] })
    return
  }
  const backup = restoredFrom(cluster, world, hsm.activeAt)
  if (backup === undefined) throw new Error(`${cluster.id} has no backup that its HSMs could be made of`)
  // A clone was given tokens of its own when it was made.
  const data = backup.clusterId === cluster.id ? backup.data : cluster.data
  bringTokensBack(backup.data, data, {
    from: backupFolder(world, backup.id),
    to: tokenFolder,
    making: makingFolder(world),
  })
  store.save({
    clusters: [{ ...cluster, data, live: true, nextBackupAt: hsm.activeAt + settings.backupIntervalMs }],
  })
}

/** What the first HSM of an activated cluster is made of: the cluster's newest backup, or the one that it was cloned from. */
export function restoredFrom(
  { id, sourceBackupId }: Cluster,
  { store }: Pick<CloudHsmWorld, 'store'>,
  now: number,
): Backup | undefined {
  return newestBackupOf(id, store.state.backups, now) ?? store.backup(sourceBackupId ?? '')
}
