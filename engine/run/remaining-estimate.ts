/** A step or block that is still ahead, as far as its duration goes. */
export interface EstimatedEntry {
  /** Milliseconds that it takes: what the runbook says, else what its step type says. Of a block, it counts for all in it. */
  readonly estimateMs: number | undefined
  /** What is in a block. */
  readonly children?: readonly EstimatedEntry[]
  /** How a block's children run; `sequence` when absent. */
  readonly mode?: 'sequence' | 'parallel'
  /** How many of them at a time in `parallel`; all when absent. */
  readonly concurrency?: number
}

/** What a step takes when nobody says anything, in milliseconds. */
export const standardEstimateMs = 2000

/**
 * How long what is ahead takes if nothing goes wrong and nobody is waited for, in milliseconds: the sum in a sequence, the
 * longest of what runs at the same time. A typical duration, no promise.
 */
export function remainingEstimateMs(ahead: readonly EstimatedEntry[]): number {
  return ahead.reduce((sum, entry) => sum + estimateOf(entry), 0)
}

function estimateOf({ estimateMs, children, mode, concurrency }: EstimatedEntry): number {
  if (estimateMs !== undefined) return estimateMs
  if (children === undefined) return standardEstimateMs
  const each = children.map(estimateOf)
  return mode === 'parallel' ? inLanes(each, concurrency ?? each.length) : each.reduce((sum, ms) => sum + ms, 0)
}

/** Each goes, in order, to the lane that is free first, as the kernel starts them. */
function inLanes(each: readonly number[], concurrency: number): number {
  const lanes: number[] = Array.from({ length: Math.max(1, Math.min(concurrency, each.length)) }, () => 0)
  for (const ms of each) {
    const free = lanes.reduce((best, lane, index) => (lane < (lanes[best] ?? 0) ? index : best), 0)
    lanes[free] = (lanes[free] ?? 0) + ms
  }
  return lanes.reduce((longest, ms) => Math.max(longest, ms), 0)
}
