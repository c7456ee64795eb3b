import { ask, unless, type Asking, type Backup } from './client.ts'

/** Filters of DescribeBackups, by the names that the API gives them. */
export type BackupFilters = Partial<
  Record<'backupIds' | 'sourceBackupIds' | 'clusterIds' | 'states' | 'neverExpires', string[]>
>

/** The backups of the account in the Region that the filters let through, of every page, oldest first. */
export async function listBackups(context: Asking, filters: BackupFilters): Promise<Backup[]> {
  const found: Backup[] = []
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const NextToken = token
    const page = await ask(context, 'DescribeBackups', (client, options) =>
      client.describeBackups(
        {
          ...(Object.keys(filters).length === 0 ? {} : { Filters: { ...filters } }),
          ...(NextToken === undefined ? {} : { NextToken }),
          SortAscending: true,
        },
        options,
      ),
    )
    found.push(...(page.Backups ?? []))
    token = page.NextToken
  }
  return found.toSorted((one, other) => timeOf(one) - timeOf(other))
}

/** @returns `undefined` when AWS does not know it (yet) */
export async function findBackup(context: Asking, backupId: string): Promise<Backup | undefined> {
  const found = await unless('CloudHsmResourceNotFoundException', listBackups(context, { backupIds: [backupId] }))
  return found?.find(({ BackupId }) => BackupId === backupId)
}

function timeOf({ CreateTimestamp }: Backup): number {
  return CreateTimestamp?.getTime() ?? 0
}
