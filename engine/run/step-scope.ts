import type { Entry, ForEach } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import type { StepValues } from '../expressions/value.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { RunHost } from './host.ts'
import { type ItemsListed, keys, type StepSucceeded } from './records.ts'

/** Outputs by id as far as a run has come; an item of a `forEach` sees those around it as well. */
export type StepScope = Record<string, Exclude<StepValues[string], undefined>>

/** A scope that inherits, so that 100,000 items do not copy what stands around them. */
export function stepScope(around?: StepValues): StepScope {
  return Object.create(around ?? null) as StepScope // an object without members of its own
}

/** Read from the journal when an expression wants them, so that a run's memory does not grow with its outputs. */
function outputsOf(host: RunHost, entry: Entry, address: string): { readonly outputs?: Json } {
  if (entry.kind === 'forEach')
    return {
      get outputs() {
        return { items: itemsOf(host, entry, address) }
      },
    }
  return {
    get outputs() {
      return (host.recall(keys.succeeded(address)) as StepSucceeded | undefined)?.outputs ?? {} // written by `runEntry` alone
    },
  }
}

/** A skipped or failed entry is there, and has no outputs. */
const noOutputs: { readonly outputs?: Json } = {}

/**
 * Puts what an entry that is over gave back into `steps`, with everything that it holds: outputs where it succeeded, none where it was
 * skipped, failed, or never come to. What a `forEach` holds is read through its items.
 */
export function placeOutputs(host: RunHost, steps: StepScope, entry: Entry, suffix: string): void {
  const address = addressOf(entry, suffix)
  steps[entry.id] = host.recall(keys.succeeded(address)) === undefined ? noOutputs : outputsOf(host, entry, address)
  if (!isBlock(entry) || entry.kind === 'forEach') return
  for (const inside of [...entry.entries, ...entry.finally]) placeOutputs(host, steps, inside, suffix)
}

/** The address of an entry inside an item. `suffix` names the items around. */
export function addressOf(entry: Entry, suffix: string): string {
  return `${entry.id}${suffix}`
}

/** The suffix inside one item of a `forEach`. */
export function itemSuffix(suffix: string, key: string): string {
  return `${suffix}[${encodeURIComponent(key)}]`
}

function itemsOf(host: RunHost, entry: ForEach, address: string): readonly Json[] {
  const listed = host.recall(keys.items(address)) as ItemsListed | undefined // written by `runForEach` alone
  const suffix = address.slice(entry.id.length)
  return (listed?.items ?? []).map(({ key, value }) => ({
    key,
    value,
    get steps() {
      return stepsInside(host, entry.entries, itemSuffix(suffix, key))
    },
  }))
}

function stepsInside(host: RunHost, entries: readonly Entry[], suffix: string): JsonObject {
  const inside: StepScope = {}
  for (const entry of entries) placeOutputs(host, inside, entry, suffix)
  return inside as JsonObject // objects with outputs, which are JSON, or without
}
