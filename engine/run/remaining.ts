import type { Entry, Runbook } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import { type EstimatedEntry, remainingEstimateMs } from './remaining-estimate.ts'

/** How long the entries ahead typically take; the items of a `forEach` count as one. */
export function remainingMs({ steps, finally: last }: Runbook, isDone: (address: string) => boolean): number {
  const ahead = (entries: readonly Entry[]): EstimatedEntry[] =>
    entries.filter(({ address }) => !isDone(address)).map(estimateOf)
  const estimateOf = (entry: Entry): EstimatedEntry => {
    const estimateMs = estimatedMs(entry)
    if (!isBlock(entry)) return { estimateMs }
    const inside: EstimatedEntry = {
      estimateMs: undefined,
      children: ahead(entry.entries),
      ...(entry.kind === 'parallel'
        ? { mode: 'parallel', concurrency: entry.concurrency ?? entry.entries.length }
        : {}),
    }
    return { estimateMs, children: [inside, ...ahead(entry.finally)] }
  }
  return remainingEstimateMs(ahead([...steps, ...last]))
}

/** What the runbook, or else the step type, says; `undefined` where neither does. */
export function estimatedMs(entry: Entry): number | undefined {
  if (entry.estimateMs !== undefined) return entry.estimateMs
  if (entry.kind === 'wait') return entry.durationMs
  return entry.kind === 'step' ? entry.type.typicalMs : undefined
}
