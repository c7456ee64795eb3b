import { join } from 'node:path'

interface Folder {
  /** The service's own. */
  readonly folder: string
}

/** Where the tokens of a backup are. */
export function backupFolder({ folder }: Folder, id: string): string {
  return join(folder, 'backups', id)
}

/** Where the tokens of a cluster are, as they were before its migration. */
export function migrationFolder({ folder }: Folder, clusterId: string): string {
  return join(folder, 'migrations', clusterId)
}

/** Where a copy of tokens is made, before it is moved to its place in one piece. */
export function makingFolder({ folder }: Folder): string {
  return join(folder, 'making')
}
