import type { CloudHsmWorld } from './context.ts'
import { makeBackup } from './make-backup.ts'
import type { Backup, Cluster } from './state.ts'

const dayMs = 24 * 60 * 60_000
const hourMs = 60 * 60_000

/**
 * The backups of a cluster that has been there for some days, the oldest first: those that the retention policy has left. Of a
 * cluster without HSMs the last one is of an hour ago, when it was taken offline.
 */
export function seedBackups(cluster: Cluster, world: CloudHsmWorld): readonly Backup[] {
  const { clock, settings } = world
  const now = clock.now()
  const offlineAt = cluster.live ? undefined : now - hourMs
  const first = cluster.activatedAt ?? now
  const days = Math.floor(((offlineAt ?? now) - first) / settings.backupIntervalMs)
  const daily = Array.from({ length: days }, (_, index) => first + (index + 1) * settings.backupIntervalMs)
  const kept = (at: number): boolean => at + cluster.retentionDays * dayMs > now
  return [
    ...(kept(first) ? [makeBackup(cluster, 'activation', first, world)] : []),
    ...daily.filter(kept).map((at) => makeBackup(cluster, 'daily', at, world)),
    ...(offlineAt === undefined ? [] : [makeBackup(cluster, 'hsm-removed', offlineAt, world)]),
  ]
}
