import type { Entry } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import type { RunHost } from './host.ts'
import { type ItemsListed, keys } from './records.ts'
import { approversOf } from './standing-claim.ts'
import { addressOf, itemSuffix } from './step-scope.ts'

type Memory = Pick<RunHost, 'recall'>

/** An entry with its address. */
interface Place {
  readonly entry: Entry
  readonly address: string
}

/** Addresses, in document order, of entries that failed and were gone past, as far as their failure counts. */
export function failuresIn(host: Memory, entries: readonly Entry[], suffix = ''): readonly string[] {
  const failures: string[] = []
  const gaveUp = ({ address }: Place): boolean => host.recall(keys.gaveUp(address)) !== undefined
  walk(host, entries, suffix, (place) => {
    if (!gaveUp(place)) return 'inside'
    if (!place.entry.mayFail) failures.push(place.address)
    return 'finally' // what failed inside of what failed is told by it
  })
  return failures
}

/** Addresses, in document order, of what a person settled or let happen outside of the rules, and people approved. */
export function exceptionsIn(host: Memory, entries: readonly Entry[]): readonly string[] {
  const exceptions: string[] = []
  walk(host, entries, '', ({ entry, address }) => {
    if (!isBlock(entry) && claimsOf(host, address).some((key) => approversOf(host, key) !== undefined))
      exceptions.push(address)
    return 'inside'
  })
  return exceptions
}

/** Keys of what people claimed about a step and its way back, and of their words against a window. */
function claimsOf(host: Memory, address: string): readonly string[] {
  const claims: string[] = []
  for (const at of [address, `${address}/undo`])
    for (const keyOf of [keys.resolution, keys.override])
      for (let n = 0; host.recall(keyOf(at, n)) !== undefined; n += 1) claims.push(keyOf(at, n))
  return claims
}

/** Whether anything that an entry does, or holds, was begun. */
export function hasBegun(host: Memory, entry: Entry, suffix: string): boolean {
  let begun = false
  walk(host, [entry], suffix, ({ address }) => {
    begun ||= [keys.started(address), keys.succeeded(address), keys.gaveUp(address)].some(
      (key) => host.recall(key) !== undefined,
    )
    return begun ? 'finally' : 'inside'
  })
  return begun
}

/** @param visit says whether what a block holds is looked at as well, or only its `finally` */
function walk(
  host: Memory,
  entries: readonly Entry[],
  suffix: string,
  visit: (place: Place) => 'inside' | 'finally',
): void {
  for (const entry of entries) {
    const address = addressOf(entry, suffix)
    const how = visit({ entry, address })
    if (!isBlock(entry)) continue
    if (how === 'inside') {
      if (entry.kind !== 'forEach') walk(host, entry.entries, suffix, visit)
      else {
        const listed = host.recall(keys.items(address)) as ItemsListed | undefined // written by `runForEach` alone
        for (const { key } of listed?.items ?? []) walk(host, entry.entries, itemSuffix(suffix, key), visit)
      }
    }
    walk(host, entry.finally, suffix, visit)
  }
}
