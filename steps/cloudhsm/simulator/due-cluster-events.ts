import type { CloudHsmWorld } from './context.ts'
import { bringTokensBack, removeLiveTokens } from './data-plane/token-copies.ts'
import type { DueEvent } from './due-event.ts'
import { migrationFolder, makingFolder } from './folders.ts'
import { goLive } from './go-live.ts'
import { makeId } from './ids.ts'
import { makeBackup } from './make-backup.ts'
import { purgeExpired } from './retention.ts'
import type { Cluster } from './state.ts'

/** The next thing of each kind that happens to a cluster by itself, due or not. */
export function dueClusterEvents(world: CloudHsmWorld): readonly DueEvent[] {
  return world.store.state.clusters.flatMap((cluster) => [
    ...hsmEvents(cluster, world),
    ...backupEvents(cluster, world),
    ...migrationEvents(cluster, world),
  ])
}

function hsmEvents(cluster: Cluster, world: CloudHsmWorld): DueEvent[] {
  return cluster.hsms.flatMap((hsm): DueEvent[] => {
    if (hsm.deletingUntil !== undefined) {
      const hsms = cluster.hsms.filter((each) => each !== hsm)
      return [{ at: hsm.deletingUntil, settle: () => world.store.save({ clusters: [{ ...cluster, hsms }] }) }]
    }
    return cluster.live ? [] : [{ at: hsm.activeAt, settle: () => goLive(cluster, hsm, world) }]
  })
}

function backupEvents(cluster: Cluster, world: CloudHsmWorld): DueEvent[] {
  const { nextBackupAt: at, sweptAt } = cluster
  const { backupIntervalMs, retentionSweepMs } = world.settings
  const daily = (when: number): DueEvent => ({
    at: when,
    settle() {
      const backup = makeBackup(cluster, 'daily', when, world)
      world.store.save({ clusters: [{ ...cluster, nextBackupAt: when + backupIntervalMs }], backups: [backup] })
    },
  })
  const sweepAt = sweptAt + retentionSweepMs
  const sweep = { at: sweepAt, settle: () => purgeExpired({ ...cluster, sweptAt: sweepAt }, world) }
  return [sweep, ...(at === undefined || !cluster.live ? [] : [daily(at)])]
}

function migrationEvents(cluster: Cluster, world: CloudHsmWorld): DueEvent[] {
  const { migration, ...rest } = cluster
  if (migration === undefined) return []
  if (migration.rollbackUntil !== undefined) {
    return [{ at: migration.rollbackUntil, settle: () => world.store.save({ clusters: [rest] }) }]
  }
  const replaced = world.settings.migrationReplacesHsms
    ? cluster.hsms.map((hsm) => ({ ...hsm, id: makeId('hsm') }))
    : cluster.hsms
  if (!migration.rollingBack) {
    const ended = { ...migration, rollbackUntil: migration.endsAt + world.settings.rollbackMs }
    const migrated = { ...cluster, hsmType: migration.to, hsms: replaced, migration: ended }
    return [{ at: migration.endsAt, settle: () => world.store.save({ clusters: [migrated] }) }]
  }
  return [
    {
      at: migration.endsAt,
      settle() {
        const { data, from } = migration
        if (cluster.live) {
          removeLiveTokens(cluster.data, world.tokenFolder)
          const places = {
            from: migrationFolder(world, cluster.id),
            to: world.tokenFolder,
            making: makingFolder(world),
          }
          bringTokensBack(data, data, places)
        }
        world.store.save({ clusters: [{ ...rest, hsmType: from, hsms: replaced, data }] })
      },
    },
  ]
}
