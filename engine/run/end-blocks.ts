import type { Block, Entry } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import type { Scope } from '../expressions/value.ts'
import { hasBegun } from './counts.ts'
import type { Execution } from './execution.ts'
import { type GaveUp, type ItemsListed, keys } from './records.ts'
import { runEntries } from './run-entries.ts'
import { insideOf, itemScope, runFinally } from './run-block.ts'
import { StepFailed } from './run-stop.ts'
import type { Surroundings } from './surroundings.ts'
import { addressOf, itemSuffix, placeOutputs, type StepScope } from './step-scope.ts'

/**
 * Does, behind an undo, the `finally` of every block that was begun and did not come to its end, innermost first. What the entries gave
 * back until then becomes part of `scope.steps`.
 */
export async function endBlocks(
  execution: Execution,
  entries: readonly Entry[],
  scope: Scope,
  around: Surroundings,
): Promise<void> {
  const { host } = execution
  const steps = scope.steps as StepScope // made by `stepScope`
  for (const entry of entries) {
    if (isBlock(entry) && isUnended(execution, entry, around.suffix)) await endBlock(execution, entry, scope, around)
    placeOutputs(host, steps, entry, around.suffix)
  }
}

async function endBlock(execution: Execution, block: Block, scope: Scope, around: Surroundings): Promise<void> {
  const { host } = execution
  const within = insideOf(block, around)
  if (block.kind !== 'forEach') await endBlocks(execution, block.entries, scope, within)
  else {
    const listed = host.recall(keys.items(addressOf(block, around.suffix))) as ItemsListed | undefined // written by `runForEach` alone
    for (const { key, value } of listed?.items ?? []) {
      const inside = { ...within, suffix: itemSuffix(around.suffix, key) }
      await endBlocks(execution, block.entries, itemScope(scope, block, value), inside)
    }
  }
  const run = { id: execution.runId, runbook: execution.runbook.name, toolSha256: execution.toolSha256 }
  try {
    const ending = { ...scope, run: { ...run, outcome: 'undone' } }
    await runFinally(execution, block.finally, ending, within, runEntries)
  } catch (error) {
    // one that a block around goes past, as it would have gone forward: it was journaled, and counts
    if (!(error instanceof StepFailed) || error.inDoubt || !within.givesUp) throw error
  }
}

/** Begun, and its `finally` is not behind it. */
function isUnended({ host }: Execution, block: Block, suffix: string): boolean {
  const address = addressOf(block, suffix)
  if (host.recall(keys.succeeded(address)) !== undefined) return false
  const gaveUp = host.recall(keys.gaveUp(address)) as GaveUp | undefined // written by `runEntry` alone
  return (gaveUp === undefined || block.onFailure === 'undo') && hasBegun(host, block, suffix)
}
