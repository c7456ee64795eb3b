import type { Leaf } from '../document/runbook.ts'
import type { Json } from '../step/json.ts'
import type { RunHost } from './host.ts'
import { keys, type StepStarted, type StepSucceeded } from './records.ts'

/** Anything shorter may be found in inputs by chance. */
const shortestName = 8

/**
 * What of a run made something once-only with what a step made, whether or not that was taken back since: a key that was copied, or
 * that signed. The step's outputs tell what it made: a text of at least 8 characters that its own inputs do not hold (key ID, ARN).
 *
 * @returns the address of one that holds such a text in its inputs
 */
export function usedBy(host: Pick<RunHost, 'recall'>, made: Leaf, leaves: readonly Leaf[]): string | undefined {
  const { inputs } = host.recall(keys.started(made.address)) as unknown as StepStarted // of what is taken back
  const { outputs } = host.recall(keys.succeeded(made.address)) as unknown as StepSucceeded // as above
  const given = JSON.stringify(inputs)
  const names = textsOf(outputs).filter((text) => text.length >= shortestName + 2 && !given.includes(text.slice(1, -1)))
  return leaves.find((leaf) => leaf.address !== made.address && madeFrom(host, leaf, names))?.address
}

function madeFrom(host: Pick<RunHost, 'recall'>, leaf: Leaf, names: readonly string[]): boolean {
  if (leaf.kind !== 'step' || leaf.type.effect !== 'once' || leaf.type.undo === 'nothing') return false
  const started = host.recall(keys.started(leaf.address)) as StepStarted | undefined // written by `changeWorld` alone
  if (started === undefined) return false
  const succeeded = host.recall(keys.succeeded(leaf.address)) as StepSucceeded | undefined // written by `runEntry` alone
  const undone = host.recall(keys.undone(leaf.address)) as { readonly how: string } | undefined // written on the way back alone
  if (succeeded === undefined ? undone?.how !== 'undone' : succeeded.how === 'found') return false
  const taken = JSON.stringify(started.inputs)
  return names.some((name) => taken.includes(name.slice(1, -1)))
}

/** Every text in it, as JSON writes it. */
function textsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [JSON.stringify(value)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((each: Json) => textsOf(each)) : []
}
