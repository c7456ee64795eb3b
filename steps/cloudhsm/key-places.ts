import type { Cluster } from './client.ts'
import type { KeyBackup } from './key-backup.ts'

/** What one Region has, as AWS lists it. */
export interface RegionListing {
  readonly region: string
  readonly clusters: readonly Cluster[]
  readonly backups: readonly KeyBackup[]
}

/** A place where keys of a cluster are, or may be. */
export interface KeyPlace {
  readonly kind: 'cluster' | 'hsm' | 'backup' | 'copy'
  readonly region: string
  readonly id: string
  readonly state: string
  /** Milliseconds since the epoch; AWS does not say when an HSM was made. */
  readonly createdAt: number | undefined
  /** Milliseconds since the epoch; `never`: it is exempt. Absent: nothing removes it by itself, or its cluster's rule decides. */
  readonly expires: number | 'never' | undefined
  /** How it comes to hold them. */
  readonly because: string
  /** False where AWS no longer shows what it comes from. */
  readonly certain: boolean
}

/**
 * Every place that holds the keys of a cluster: it, its HSMs and backups, copies of them, clusters restored from any of these, and in turn
 * what belongs to those. What is being deleted counts until it is gone.
 *
 * Where AWS no longer lists what something comes from, it may hold them: a cluster restored from a backup that is gone, a backup of a
 * cluster that is gone. It is named, and not certain.
 */
export function keyPlaces(clusterId: string, listings: readonly RegionListing[]): KeyPlace[] {
  const { holders, sources } = spread(clusterId, listings)
  const listed = new Set(
    listings.flatMap(({ clusters, backups }) => [
      ...clusters.map(({ ClusterId: id = '' }) => id),
      ...backups.map(({ id }) => id),
    ]),
  )
  return listings.flatMap(({ region, clusters, backups }) => [
    ...clusters.flatMap((cluster) => {
      const { ClusterId: id = '', SourceBackupId: source } = cluster
      const certain = holders.has(id)
      if (cluster.State === 'DELETED' || !(certain || isOfUnknown(source, listed))) return []
      const because =
        id === clusterId ? 'it is the cluster' : `restored from \`${source}\`${certain ? '' : ', which is gone'}`
      return clusterPlaces(cluster, { region, because, certain })
    }),
    ...backups
      .map((backup) => ({ backup, certain: sources.has(backup.id) }))
      .filter(({ backup, certain }) => backup.state !== 'DELETED' && (certain || isOrphan(backup, listed)))
      .map(({ backup, certain }) => backupPlace(backup, { region, certain })),
  ])
}

/** Clusters and backups that hold the keys, by following backups, copies and restored clusters until nothing is added. */
function spread(clusterId: string, listings: readonly RegionListing[]) {
  const clusters = listings.flatMap((each) => each.clusters)
  const backups = listings.flatMap((each) => each.backups)
  const holders = new Set([clusterId])
  const sources = new Set<string>()
  for (let before = -1; before < holders.size + sources.size;) {
    before = holders.size + sources.size
    for (const { id, clusterId: owner, copy } of backups)
      if (holders.has(owner ?? copy?.sourceCluster ?? '') || sources.has(copy?.sourceBackup ?? '')) sources.add(id)
    for (const { ClusterId: id = '', SourceBackupId: source = '' } of clusters)
      if (sources.has(nameOf(source))) holders.add(id)
  }
  return { holders, sources }
}

function isOfUnknown(source: string | undefined, listed: ReadonlySet<string>): boolean {
  return source !== undefined && !listed.has(nameOf(source))
}

/** Whether nobody can tell what its cluster was restored from, nor what it is a copy of. */
function isOrphan({ clusterId, copy }: KeyBackup, listed: ReadonlySet<string>): boolean {
  const origins = [clusterId ?? copy?.sourceCluster, copy?.sourceBackup]
  return origins.every((origin) => origin === undefined || !listed.has(origin))
}

/** A backup of another account is named by its ARN. */
function nameOf(backup: string): string {
  return backup.split('/').at(-1) ?? backup
}

function clusterPlaces(
  { ClusterId: id = '', State: state = '', CreateTimestamp: created, Hsms: hsms = [] }: Cluster,
  shared: Pick<KeyPlace, 'region' | 'because' | 'certain'>,
): KeyPlace[] {
  const times = { createdAt: created?.getTime(), expires: undefined }
  return [
    { ...shared, ...times, kind: 'cluster', id, state },
    ...hsms
      .filter(({ State }) => State !== 'DELETED')
      .map(({ EniId, HsmId = '', State = '' }): KeyPlace => {
        const because = `HSM of \`${id}\``
        return {
          ...shared,
          because,
          kind: 'hsm',
          id: EniId ?? HsmId,
          state: State,
          createdAt: undefined,
          expires: undefined,
        }
      }),
  ]
}

function backupPlace(backup: KeyBackup, { region, certain }: Pick<KeyPlace, 'region' | 'certain'>): KeyPlace {
  const { id, state, createdAt, copy } = backup
  const expires = state === 'PENDING_DELETION' ? backup.deletedFrom : backup.neverExpires ? 'never' : undefined
  return {
    kind: copy === undefined ? 'backup' : 'copy',
    region,
    id,
    state,
    createdAt,
    expires,
    because: `${copy === undefined ? `backup of \`${backup.clusterId}\`` : `copy of \`${copy.sourceBackup}\``}${certain ? '' : ', which is gone'}`,
    certain,
  }
}
