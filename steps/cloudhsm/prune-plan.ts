import { isOf, newestFirst, placedAt, type KeyBackup } from './key-backup.ts'

/** What is to go, oldest first, and what stays and counts. */
export interface PrunePlan {
  readonly prune: readonly KeyBackup[]
  /** READY ones that stay. */
  readonly kept: readonly KeyBackup[]
}

export interface PruneRule {
  readonly clusterId: string
  /** Milliseconds since the epoch: what came to this Region before may go. */
  readonly before: number
  /** How many of the newest READY ones stay however old they are; at least 1. */
  readonly keep: number
}

/**
 * Which backups of a cluster may go: READY, not exempt from expiring, here since before the time, and not among the newest `keep`.
 *
 * Copies are found by the cluster that they come from and are as old as the copy, not as its contents: one that was made yesterday of an
 * old backup is a day old. Which ones are newest is a question of contents.
 */
export function planPruning(backups: readonly KeyBackup[], { clusterId, before, keep }: PruneRule): PrunePlan {
  const ready = newestFirst(backups.filter((each) => isOf(each, clusterId) && each.state === 'READY'))
  const prune = ready
    .slice(Math.max(1, keep))
    .filter((each) => !each.neverExpires && placedAt(each) < before)
    .toReversed()
  return { prune, kept: ready.filter((each) => !prune.includes(each)) }
}
