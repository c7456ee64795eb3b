import { findCluster, invalid, requireState, type CloudHsmContext } from './context.ts'
import { saveTokens } from './data-plane/token-copies.ts'
import { describeCluster } from './describe.ts'
import { makingFolder, migrationFolder } from './folders.ts'
import type { Handlers } from './requests.ts'
import { retentionDaysOf } from './retention-policy.ts'
import type { Cluster } from './state.ts'

export const clusterOperations: Handlers<'ModifyCluster' | 'DeleteCluster'> = {
  ModifyCluster({ ClusterId: id, BackupRetentionPolicy, HsmType }, context) {
    const { cluster, state } = findCluster(id, context)
    if (BackupRetentionPolicy === undefined && HsmType === undefined)
      throw invalid('A retention policy or an HSM type is needed.')
    requireState(id, state, HsmType === undefined ? ['UNINITIALIZED', 'INITIALIZED', 'ACTIVE'] : ['ACTIVE'])
    const retentionDays = retentionDaysOf(BackupRetentionPolicy) ?? cluster.retentionDays
    const changed = { ...cluster, retentionDays, ...migrationOf(cluster, HsmType, context) }
    context.store.save({ clusters: [changed] }, { operation: 'ModifyCluster', resource: id })
    return { Cluster: describeCluster(changed, context.clock.now()) }
  },

  DeleteCluster({ ClusterId: id }, context) {
    const { cluster, state } = findCluster(id, context)
    requireState(id, state, ['UNINITIALIZED', 'INITIALIZED', 'ACTIVE'])
    if (cluster.hsms.length > 0) throw invalid(`${id} has HSMs.`)
    const now = context.clock.now()
    const changed = { ...cluster, deletingUntil: now + context.settings.deletingClusterMs }
    context.store.save({ clusters: [changed] }, { operation: 'DeleteCluster', resource: id })
    return { Cluster: describeCluster(changed, now) }
  },
}

/** The way to another HSM type, or back within a day. */
function migrationOf(cluster: Cluster, to: string | undefined, context: CloudHsmContext): Pick<Cluster, 'migration'> {
  const { migration: last, hsmType: from } = cluster
  if (to === undefined || to === from) return {}
  const { settings, clock } = context
  const startedAt = clock.now()
  const endsAt = startedAt + settings.migrationPerHsmMs * Math.max(1, cluster.hsms.length)
  if (last !== undefined && to === last.from) {
    const { rollbackUntil: _, ...back } = last
    return { migration: { ...back, rollingBack: true, startedAt, endsAt } }
  }
  if (from !== 'hsm1.medium' || to !== 'hsm2m.medium') throw invalid(`${from} cannot be migrated to ${to}.`)
  if (cluster.hsms.length > settings.hsmsOfMigration)
    throw invalid(`A cluster of more than ${settings.hsmsOfMigration} HSMs cannot be migrated.`)
  if (!settings.clientsReadyForMigration) throw invalid('Clients with an older SDK were connected within seven days.')
  const { data } = cluster
  if (cluster.live) {
    const to = migrationFolder(context, cluster.id)
    saveTokens(data, { from: context.tokenFolder, to, making: makingFolder(context) })
  }
  return { migration: { from, to, startedAt, endsAt, rollingBack: false, data } }
}
