import { unless } from '../aws/ask.ts'
import { allPages } from './all-pages.ts'
import { ask, type Asking, type Backup } from './client.ts'

/** Filters of DescribeBackups, by the names that the API gives them. */
export type BackupFilters = Partial<
  Record<'backupIds' | 'sourceBackupIds' | 'clusterIds' | 'states' | 'neverExpires', string[]>
>

/** The most that AWS gives in a page: a long list in few requests. */
const pageSize = 50

/** The backups of the account in the Region that the filters let through, of every page, each once, oldest first. */
export async function listBackups(context: Asking, filters: BackupFilters): Promise<Backup[]> {
  const found = await allPages(context, `DescribeBackups ${JSON.stringify(filters)}`, async (token) => {
    const page = await ask(context, 'DescribeBackups', (client, options) =>
      client.describeBackups(
        {
          ...(Object.keys(filters).length === 0 ? {} : { Filters: { ...filters } }),
          ...(token === undefined ? {} : { NextToken: token }),
          MaxResults: pageSize,
          SortAscending: true,
        },
        options,
      ),
    )
    return { items: page.Backups ?? [], next: page.NextToken }
  })
  // a list that changes between two pages may show one twice
  const each = [...new Map(found.map((backup) => [backup.BackupId, backup])).values()]
  return each.toSorted((one, other) => timeOf(one) - timeOf(other))
}

/** @returns `undefined` when AWS does not know it (yet) */
export async function findBackup(context: Asking, backupId: string): Promise<Backup | undefined> {
  const found = await unless('CloudHsmResourceNotFoundException', listBackups(context, { backupIds: [backupId] }))
  return found?.find(({ BackupId }) => BackupId === backupId)
}

function timeOf({ CreateTimestamp }: Backup): number {
  return CreateTimestamp?.getTime() ?? 0
}
