import { isOf, readBackup, type KeyBackup } from './key-backup.ts'
import { findBackup, listBackups, type BackupFilters } from './backups.ts'
import type { Asking } from './client.ts'

/** The backups and copies of a Region that the filters let through, read. */
export async function readBackups(context: Asking, filters: BackupFilters = {}): Promise<KeyBackup[]> {
  return (await listBackups(context, filters)).map(readBackup)
}

/** @returns `undefined` when AWS does not know it: it was never there, or is gone for good */
export async function readOneBackup(context: Asking, id: string): Promise<KeyBackup | undefined> {
  const found = await findBackup(context, id)
  return found && readBackup(found)
}

/** Everything in a Region that holds the keys of a cluster: its own backups, and copies of them that lie there. */
export async function backupsOf(context: Asking, clusterId: string): Promise<KeyBackup[]> {
  // AWS filters by the owning cluster alone, and a copy has none
  return (await readBackups(context)).filter((each) => isOf(each, clusterId))
}
