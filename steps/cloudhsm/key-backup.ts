import { present, type Backup as ApiBackup } from './client.ts'

/** States of a backup, as the API names them; another one that the service adds is kept as it is. */
type BackupState = 'CREATE_IN_PROGRESS' | 'READY' | 'DELETED' | 'PENDING_DELETION' | (string & {})

/** A backup, or a copy of one, as `DescribeBackups` shows it. Times are milliseconds since the epoch. */
export interface KeyBackup {
  readonly id: string
  readonly state: BackupState
  /** The cluster that owns it; a copy has none. */
  readonly clusterId: string | undefined
  /** When its contents were saved: a copy has the time of its source. */
  readonly createdAt: number
  readonly neverExpires: boolean
  readonly hsmType: string | undefined
  readonly mode: string | undefined
  /** Of a copy alone. */
  readonly copy: BackupCopy | undefined
  /** When the service removes it for good; set while its deletion is pending. */
  readonly deletedFrom: number | undefined
  readonly tags: Readonly<Record<string, string>>
}

interface BackupCopy {
  readonly copiedAt: number
  readonly sourceRegion: string | undefined
  readonly sourceBackup: string
  readonly sourceCluster: string | undefined
}

/** What the API says of a backup. Only what `SourceBackup` names is a copy: both have a cluster in some form. */
export function readBackup(found: ApiBackup): KeyBackup {
  const id = present(found.BackupId, 'DescribeBackups', 'BackupId')
  const createdAt = present(found.CreateTimestamp, 'DescribeBackups', 'CreateTimestamp').getTime()
  const { SourceBackup: sourceBackup, SourceRegion: sourceRegion, SourceCluster: sourceCluster } = found
  const copiedAt = found.CopyTimestamp?.getTime() ?? createdAt
  return {
    id,
    state: present(found.BackupState, 'DescribeBackups', 'BackupState'),
    clusterId: sourceBackup === undefined ? found.ClusterId : undefined,
    createdAt,
    neverExpires: found.NeverExpires === true,
    hsmType: found.HsmType,
    mode: found.Mode,
    copy: sourceBackup === undefined ? undefined : { copiedAt, sourceRegion, sourceBackup, sourceCluster },
    deletedFrom: found.DeleteTimestamp?.getTime(),
    tags: Object.fromEntries((found.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  }
}

/** Whether it holds the keys of this cluster: its own backup, or a copy of one. */
export function isOf(backup: KeyBackup, clusterId: string): boolean {
  return (backup.clusterId ?? backup.copy?.sourceCluster) === clusterId
}

/** Since when it lies here: what an age is counted from. A copy's contents are older than the copy. */
export function placedAt({ copy, createdAt }: KeyBackup): number {
  return copy?.copiedAt ?? createdAt
}

/** Newest contents first; of equal ones the newest copy first. */
export function newestFirst(backups: readonly KeyBackup[]): KeyBackup[] {
  return backups.toSorted((a, b) => b.createdAt - a.createdAt || placedAt(b) - placedAt(a) || (a.id < b.id ? -1 : 1))
}
