import type { Caller } from '../../aws/simulator/service.ts'
import { pageOf } from '../../aws/simulator/paging.ts'
import { invalid, isOwn, notFound, type CloudHsmContext } from './context.ts'
import { describeBackup, describeCluster } from './describe.ts'
import { backupState, clusterState, deletedAt, earliest, nextChangeOf } from './lifecycle.ts'
import type { Handlers, RequestOf } from './requests.ts'
import { isShared } from './sharing.ts'
import type { Backup, Cluster } from './state.ts'

const badToken = 'CloudHsmInvalidRequestException'

export const describeOperations: Handlers<'DescribeClusters' | 'DescribeBackups'> = {
  DescribeClusters(input, context) {
    const now = context.clock.now()
    const filters = filtersOf(input.Filters, ['clusterIds', 'vpcIds', 'states'])
    const meant = context.store.state.clusters.filter(
      (cluster) =>
        isShown(cluster, context, now) &&
        passes(filters['clusterIds'], cluster.id) &&
        passes(filters['vpcIds'], cluster.vpcId),
    )
    const shown = meant.filter((cluster) => passes(filters['states'], clusterState(cluster, now)))
    const { page, ...next } = pageOf(shown, ({ id }) => id, input, context.settings.clusterPageSize, badToken)
    const answer = { Clusters: page.map((cluster) => describeCluster(cluster, now)), ...next }
    // Who looks at something pending wants to see it done: the next look will. Also who asks for what is done alone.
    letPass(
      context,
      now,
      meant.map((cluster) => nextChangeOf(cluster, now)),
    )
    return answer
  },

  DescribeBackups(input, context) {
    const now = context.clock.now()
    const filters = filtersOf(input.Filters, ['backupIds', 'sourceBackupIds', 'clusterIds', 'states', 'neverExpires'])
    const visible = visibleBackups(input, context)
    const meant = visible.filter(
      (backup) =>
        passes(filters['backupIds'], backup.id) &&
        passes(filters['sourceBackupIds'], backup.copy?.sourceBackup) &&
        passes(filters['clusterIds'], backup.clusterId) &&
        passes(filters['neverExpires'], backup.neverExpires ? 'True' : 'False'),
    )
    const listed = meant.filter((backup) => listedAt(backup, context) <= now)
    const unknown = filters['backupIds']?.find((id) => listed.every((backup) => backup.id !== id))
    if (unknown !== undefined) throw notFound(`Backup ${unknown} does not exist.`)
    const shown = listed
      .filter((backup) => passes(filters['states'], backupState(backup, now)))
      .toSorted(
        (a, b) => (a.createdAt - b.createdAt || a.id.localeCompare(b.id)) * (input.SortAscending === true ? 1 : -1),
      )
    const { page, ...next } = pageOf(shown, ({ id }) => id, input, context.settings.backupPageSize, badToken)
    const answer = { Backups: page.map((backup) => describeBackup(backup, now)), ...next }
    letPass(
      context,
      now,
      meant.flatMap((backup) => [listedAt(backup, context), backup.readyAt]),
    )
    return answer
  },
}

type Filters = Readonly<Record<string, readonly string[] | undefined>>

function filtersOf(wanted: Filters = {}, known: readonly string[]): Filters {
  const other = Object.keys(wanted).find((name) => !known.includes(name))
  if (other !== undefined) throw invalid(`There is no filter ${other}.`)
  return wanted
}

/** Values of one filter are alternatives. */
function passes(wanted: readonly string[] | undefined, found: string | undefined): boolean {
  return wanted === undefined || (found !== undefined && wanted.includes(found))
}

function isShown(cluster: Cluster, { caller, settings }: CloudHsmContext, now: number): boolean {
  return isOwn(cluster, caller) && now < (cluster.deletingUntil ?? Infinity) + settings.deletedClusterShownMs
}

function visibleBackups(
  { Shared: shared = false }: RequestOf<'DescribeBackups'>,
  { store, caller, clock, settings }: CloudHsmContext,
): readonly Backup[] {
  return store.state.backups.filter((backup) => {
    if (clock.now() >= (deletedAt(backup) ?? Infinity) + settings.deletedBackupShownMs) return false
    return shared ? isSharedWith(backup, caller) : isOwn(backup, caller)
  })
}

/** When the Region of a copy begins to list it. */
function listedAt({ copy }: Backup, { settings }: CloudHsmContext): number {
  return copy === undefined ? 0 : copy.at + settings.copyListedMs
}

function isSharedWith(backup: Backup, caller: Caller): boolean {
  return (
    backup.region === caller.region &&
    backup.accountId !== caller.accountId &&
    isShared(backup, caller.accountId, 'cloudhsm:DescribeBackups')
  )
}

function letPass({ clock }: CloudHsmContext, now: number, changes: readonly (number | undefined)[]): void {
  const next = earliest(changes, now)
  if (next !== undefined) clock.advanceTo(next)
}
