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
 * cluster that is gone, and what comes from these. It is named, and not certain.
 */
export function keyPlaces(clusterId: string, listings: readonly RegionListing[]): KeyPlace[] {
  const all = originsIn(listings)
  const listed = new Set([clusterId, ...all.map(({ id }) => id)])
  const orphans = all.filter(({ from }) => from.length > 0 && !from.some((origin) => listed.has(origin)))
  const certain = spread([clusterId], all)
  const possible = spread([clusterId, ...orphans.map(({ id }) => id)], all)
  const because = (id: string, how: string, origin: string): Pick<KeyPlace, 'because' | 'certain'> => {
    const doubt = certain.has(id) ? '' : listed.has(origin) ? ', which may hold them' : ', which is gone'
    return { because: `${how} \`${origin}\`${doubt}`, certain: certain.has(id) }
  }
  return listings.flatMap(({ region, clusters, backups }) => [
    ...clusters
      .filter(({ ClusterId: id = '', State }) => State !== 'DELETED' && possible.has(id))
      .flatMap((cluster) => {
        const { ClusterId: id = '', SourceBackupId: source = '' } = cluster
        const own = { because: 'it is the cluster', certain: true }
        const reason = id === clusterId ? own : because(id, 'restored from', nameOf(source))
        return clusterPlaces(cluster, { region, ...reason })
      }),
    ...backups
      .filter(({ id, state }) => state !== 'DELETED' && possible.has(id))
      .map((backup) => {
        const { id, clusterId: owner = '', copy } = backup
        const reason = copy === undefined ? because(id, 'backup of', owner) : because(id, 'copy of', copy.sourceBackup)
        return backupPlace(backup, { region, ...reason })
      }),
  ])
}

/** A cluster or backup, and what its contents come from; any of these. */
interface Origin {
  readonly id: string
  readonly from: readonly string[]
}

function originsIn(listings: readonly RegionListing[]): readonly Origin[] {
  return listings.flatMap(({ clusters, backups }) => [
    ...clusters.map(({ ClusterId: id = '', SourceBackupId: source }) => ({
      id,
      from: source === undefined ? [] : [nameOf(source)],
    })),
    ...backups.map(({ id, clusterId, copy }) => ({
      id,
      from: [clusterId ?? copy?.sourceCluster, copy?.sourceBackup].filter((each) => each !== undefined),
    })),
  ])
}

/** What comes from these, directly or not, they among it. */
function spread(seeds: readonly string[], all: readonly Origin[]): ReadonlySet<string> {
  const reached = new Set(seeds)
  for (let before = -1; before < reached.size;) {
    before = reached.size
    for (const { id, from } of all) if (from.some((origin) => reached.has(origin))) reached.add(id)
  }
  return reached
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

function backupPlace(backup: KeyBackup, shared: Pick<KeyPlace, 'region' | 'because' | 'certain'>): KeyPlace {
  const { id, state, createdAt, copy } = backup
  const expires = state === 'PENDING_DELETION' ? backup.deletedFrom : backup.neverExpires ? 'never' : undefined
  return { ...shared, kind: copy === undefined ? 'backup' : 'copy', id, state, createdAt, expires }
}
