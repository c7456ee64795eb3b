import { StepError } from '../../engine/step/errors.ts'
import { throwAwayTag } from '../aws/tags.ts'
import type { Asking } from './client.ts'
import type { KeyBackup } from './key-backup.ts'
import { readBackups } from './backups-of.ts'
import { idOf, listClusters, stateOf, tagOf } from './clusters.ts'
import { hsmsOf, nameOf } from './hsms.ts'

/** Everything that was made to be thrown away for one purpose. */
export interface ThrowAway {
  /** Ids of the clusters, also of those that are gone already. */
  readonly clusterIds: readonly string[]
  /** Backups that these clusters made, in any state. */
  readonly backups: readonly KeyBackup[]
  /** What is to be deleted next, or has to be waited for; `undefined`: nothing is left. */
  readonly next: NextDeletion | undefined
}

export type NextDeletion =
  | { readonly kind: 'hsm'; readonly clusterId: string; readonly eniId: string }
  | { readonly kind: 'backup'; readonly backupId: string }
  | { readonly kind: 'cluster'; readonly clusterId: string }
  | { readonly kind: 'wait'; readonly what: string }

/**
 * Looks for what was made to be thrown away. HSMs go first, since deleting one makes a backup; then the backups; the cluster goes last:
 * it has the tag, so as long as anything is left it can be found by anybody, whenever the power went.
 *
 * @param purpose value of the tag `runbook:throw-away`
 * @param seen ids of clusters with that tag that were seen earlier, and may be gone now
 * @throws {StepError} `conflict` when something carries the tag that no clone has
 */
export async function lookForThrowAway(context: Asking, purpose: string, seen: readonly string[]): Promise<ThrowAway> {
  const clusters = (await listClusters(context)).filter((each) => tagOf(each, throwAwayTag) === purpose)
  for (const each of clusters)
    if (each.SourceBackupId === undefined)
      throw new StepError(
        'conflict',
        `cluster \`${idOf(each)}\` carries the tag \`${throwAwayTag}\` and was not made of a backup`,
        { hint: 'take the tag away from what is no throw-away clone' },
      )
  const clusterIds = [...new Set([...clusters.map(idOf), ...seen])]
  const backups = clusterIds.length === 0 ? [] : await readBackups(context, { clusterIds })
  const kept = backups.find(({ neverExpires, state }) => neverExpires && state === 'READY')
  if (kept !== undefined)
    throw new StepError(
      'conflict',
      `backup \`${kept.id}\` of throw-away cluster \`${kept.clusterId ?? ''}\` is kept from expiring`,
      {
        hint: 'somebody wants it: agree with them, then let it expire again',
      },
    )
  const there = clusters.filter((each) => stateOf(each) !== 'DELETED')
  return { clusterIds, backups, next: nextOfHsms(there) ?? nextOfBackups(backups) ?? nextOfClusters(there) }
}

type Clusters = Awaited<ReturnType<typeof listClusters>>

function nextOfHsms(clusters: Clusters): NextDeletion | undefined {
  for (const cluster of clusters)
    for (const hsm of hsmsOf(cluster)) {
      if (hsm.state === 'CREATE_IN_PROGRESS' || hsm.state === 'DELETE_IN_PROGRESS' || hsm.eniId === undefined)
        return { kind: 'wait', what: `HSM ${nameOf(hsm)} is ${hsm.state}` }
      return { kind: 'hsm', clusterId: idOf(cluster), eniId: hsm.eniId }
    }
  return undefined
}

function nextOfBackups(backups: readonly KeyBackup[]): NextDeletion | undefined {
  const unfinished = backups.find(({ state }) => state === 'CREATE_IN_PROGRESS')
  if (unfinished !== undefined) return { kind: 'wait', what: `backup \`${unfinished.id}\` is ${unfinished.state}` }
  const ready = backups.find(({ state }) => state === 'READY')
  return ready && { kind: 'backup', backupId: ready.id }
}

function nextOfClusters(clusters: Clusters): NextDeletion | undefined {
  const passing = clusters.find((each) => stateOf(each).endsWith('_IN_PROGRESS'))
  if (passing !== undefined) return { kind: 'wait', what: `cluster \`${idOf(passing)}\` is ${stateOf(passing)}` }
  const [first] = clusters
  return first && { kind: 'cluster', clusterId: idOf(first) }
}
