import type { Entry, Leaf } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import type { RunHost } from './host.ts'
import { type ItemsListed, keys } from './records.ts'
import { addressOf, itemSuffix } from './step-scope.ts'

/** Every leaf that a run may have come to, in document order, one for each item of the lists that are known. */
export function* instancesOf(host: Pick<RunHost, 'recall'>, entries: readonly Entry[], suffix = ''): Generator<Leaf> {
  for (const entry of entries) {
    const address = addressOf(entry, suffix)
    if (!isBlock(entry)) yield { ...entry, address }
    else if (entry.kind !== 'forEach') yield* instancesOf(host, [...entry.entries, ...entry.finally], suffix)
    else {
      const listed = host.recall(keys.items(address)) as ItemsListed | undefined // written by `runForEach` alone
      for (const { key } of listed?.items ?? []) yield* instancesOf(host, entry.entries, itemSuffix(suffix, key))
      yield* instancesOf(host, entry.finally, suffix)
    }
  }
}
