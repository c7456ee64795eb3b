import type { Backup, Cluster, Hsm } from './state.ts'

export type ClusterState =
  | 'CREATE_IN_PROGRESS'
  | 'UNINITIALIZED'
  | 'INITIALIZE_IN_PROGRESS'
  | 'INITIALIZED'
  | 'ACTIVE'
  | 'MODIFY_IN_PROGRESS'
  | 'ROLLBACK_IN_PROGRESS'
  | 'DELETE_IN_PROGRESS'
  | 'DELETED'

export type HsmState = 'CREATE_IN_PROGRESS' | 'ACTIVE' | 'DELETE_IN_PROGRESS' | 'DELETED'

export type BackupState = 'CREATE_IN_PROGRESS' | 'READY' | 'PENDING_DELETION' | 'DELETED'

/** The state that the API shows. @param now the sandbox's clock */
export function clusterState(cluster: Cluster, now: number): ClusterState {
  const { deletingUntil, readyAt, migration, activatedAt, initialized } = cluster
  if (deletingUntil !== undefined) return now < deletingUntil ? 'DELETE_IN_PROGRESS' : 'DELETED'
  if (now < readyAt) return 'CREATE_IN_PROGRESS'
  if (migration !== undefined && now < migration.endsAt)
    return migration.rollingBack ? 'ROLLBACK_IN_PROGRESS' : 'MODIFY_IN_PROGRESS'
  if (activatedAt !== undefined) return 'ACTIVE'
  if (initialized === undefined) return 'UNINITIALIZED'
  return now < initialized.endsAt ? 'INITIALIZE_IN_PROGRESS' : 'INITIALIZED'
}

export function hsmState({ deletingUntil, activeAt }: Hsm, now: number): HsmState {
  if (deletingUntil !== undefined) return now < deletingUntil ? 'DELETE_IN_PROGRESS' : 'DELETED'
  return now < activeAt ? 'CREATE_IN_PROGRESS' : 'ACTIVE'
}

export function backupState({ readyAt, fails, deletedUntil }: Backup, now: number): BackupState {
  if (deletedUntil !== undefined) return now < deletedUntil ? 'PENDING_DELETION' : 'DELETED'
  if (now < readyAt) return 'CREATE_IN_PROGRESS'
  return fails ? 'DELETED' : 'READY'
}

/** When a backup was gone for good; `undefined`: it is not, or not yet known. */
export function deletedAt({ readyAt, fails, deletedUntil }: Backup): number | undefined {
  return deletedUntil ?? (fails ? readyAt : undefined)
}

/** When something of a cluster that a client waits for changes by itself next; `undefined`: nothing will. */
export function nextChangeOf(cluster: Cluster, now: number): number | undefined {
  const { readyAt, initialized, deletingUntil, migration, hsms } = cluster
  return earliest(
    [
      readyAt,
      initialized?.endsAt,
      deletingUntil,
      migration?.endsAt,
      ...hsms.flatMap((hsm) => [hsm.activeAt, hsm.deletingUntil]),
    ],
    now,
  )
}

/** The earliest of times that are yet to come. */
export function earliest(times: readonly (number | undefined)[], now: number): number | undefined {
  const coming = times.filter((at) => at !== undefined && at > now)
  return coming.length === 0 ? undefined : Math.min(...coming.map(Number))
}

/** The newest READY backup that a cluster itself made. */
export function newestBackupOf(clusterId: string, backups: readonly Backup[], now: number): Backup | undefined {
  return backups
    .filter((each) => each.clusterId === clusterId && backupState(each, now) === 'READY')
    .toSorted((a, b) => b.createdAt - a.createdAt)[0]
}
