import type { Block, Entry } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import type { Scope } from '../expressions/value.ts'
import { hasBegun } from './counts.ts'
import type { Execution } from './execution.ts'
import { type GaveUp, type ItemsListed, keys } from './records.ts'
import { runEntries } from './run-entries.ts'
import { itemScope } from './run-block.ts'
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
  if (block.kind !== 'forEach') await endBlocks(execution, block.entries, scope, around)
  else {
    const listed = host.recall(keys.items(addressOf(block, around.suffix))) as ItemsListed | undefined // written by `runForEach` alone
    for (const { key, value } of listed?.items ?? []) {
      const inside = { ...around, suffix: itemSuffix(around.suffix, key) }
      await endBlocks(execution, block.entries, itemScope(scope, block, value), inside)
    }
  }
  const run = { id: execution.runId, runbook: execution.runbook.name, toolSha256: execution.toolSha256 }
  await runEntries(execution, block.finally, { ...scope, run: { ...run, outcome: 'undone' } }, around)
}

/** Begun, and its `finally` is not behind it. */
function isUnended({ host }: Execution, block: Block, suffix: string): boolean {
  const address = addressOf(block, suffix)
  if (host.recall(keys.succeeded(address)) !== undefined) return false
  const gaveUp = host.recall(keys.gaveUp(address)) as GaveUp | undefined // written by `runEntry` alone
  return (gaveUp === undefined || block.onFailure === 'undo') && hasBegun(host, block, suffix)
}
