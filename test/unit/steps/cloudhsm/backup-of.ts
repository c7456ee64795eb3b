import type { KeyBackup } from '../../../../steps/cloudhsm/key-backup.ts'

export const cluster = 'cluster-igklspoyj5v'
export const day = 24 * 60 * 60_000
/** What tests take for now. */
export const now = Date.UTC(2026, 5, 1)

/** A READY backup of {@link cluster} that is so many days old; anything can be changed. */
export function backupOf(id: string, ageDays: number, changed: Partial<KeyBackup> = {}): KeyBackup {
  return {
    id,
    state: 'READY',
    clusterId: cluster,
    createdAt: now - ageDays * day,
    neverExpires: false,
    hsmType: 'hsm2m.medium',
    mode: 'FIPS',
    copy: undefined,
    deletedFrom: undefined,
    tags: {},
    ...changed,
  }
}

/** A copy of one, made so many days ago. */
export function copyOf(
  id: string,
  source: KeyBackup,
  copiedDaysAgo: number,
  changed: Partial<KeyBackup> = {},
): KeyBackup {
  return {
    ...source,
    id,
    clusterId: undefined,
    copy: {
      copiedAt: now - copiedDaysAgo * day,
      sourceRegion: 'us-east-1',
      sourceBackup: source.id,
      sourceCluster: source.clusterId,
    },
    ...changed,
  }
}
