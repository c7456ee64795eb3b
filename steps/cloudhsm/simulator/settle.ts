import type { CloudHsmWorld } from './context.ts'
import { dueBackupEvents } from './due-backup-events.ts'
import { dueClusterEvents } from './due-cluster-events.ts'
import { removeLiveTokens } from './data-plane/token-copies.ts'

/** Lets everything happen that is due by now, the earliest first. Durable when it returns. */
export function settle(world: CloudHsmWorld): void {
  for (;;) {
    const now = world.clock.now()
    const due = [...dueClusterEvents(world), ...dueBackupEvents(world)].filter(({ at }) => at <= now)
    const next = due.toSorted((a, b) => a.at - b.at)[0]
    if (next === undefined) return
    next.settle()
  }
}

/**
 * Takes away what a power cut left: tokens of clusters without an HSM that works. Whatever they hold is in a backup, or was never
 * given out.
 */
export function repair({ store, tokenFolder }: Pick<CloudHsmWorld, 'store' | 'tokenFolder'>): void {
  const { clusters, backups } = store.state
  for (const { id, data } of clusters.filter(({ live }) => !live)) {
    const earlier = backups.filter(({ clusterId }) => clusterId === id)
    for (const each of [data, ...earlier.map((backup) => backup.data)]) removeLiveTokens(each, tokenFolder)
  }
}
