import type { Cluster } from './client.ts'

/** What a cluster is wanted to be. */
export interface WantedCluster {
  readonly hsmType: string
  readonly mode: string
  readonly subnetIds: readonly string[]
  /** Absent: any. */
  readonly networkType?: string | undefined
  /** Absent: any. */
  readonly backupRetentionDays?: number | undefined
  /** Absent: it is made of no backup. */
  readonly sourceBackupId?: string
}

/**
 * How a cluster differs from what is wanted: `HSM type `x`, wanted `y``.
 *
 * @returns `undefined` when it does not; tags are nobody's configuration and are not compared
 */
export function clusterDifference(wanted: WantedCluster, found: Cluster): string | undefined {
  const comparisons: readonly (readonly [string, string, string])[] = [
    ['HSM type', wanted.hsmType, found.HsmType ?? 'unknown'],
    ['mode', wanted.mode, found.Mode ?? 'FIPS'], // clusters from before there was a choice
    ['subnets', sorted(wanted.subnetIds), sorted(Object.values(found.SubnetMapping ?? {}))],
    ['source backup', wanted.sourceBackupId ?? 'none', found.SourceBackupId ?? 'none'],
    ...(wanted.networkType === undefined
      ? []
      : ([['network type', wanted.networkType, found.NetworkType ?? 'IPV4']] as const)),
    ...(wanted.backupRetentionDays === undefined
      ? []
      : ([
          [
            'backup retention in days',
            String(wanted.backupRetentionDays),
            found.BackupRetentionPolicy?.Value ?? 'none',
          ],
        ] as const)),
  ]
  const different = comparisons.find(([, want, is]) => want !== is)
  if (different === undefined) return undefined
  const [what, want, is] = different
  return `${what} \`${is}\`, wanted \`${want}\``
}

function sorted(ids: readonly string[]): string {
  return ids.toSorted().join(' ')
}
