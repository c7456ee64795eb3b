import { evaluate } from '../expressions/template.ts'
import type { Scope } from '../expressions/value.ts'
import type { Json } from '../step/json.ts'
import { exceptionsIn, failuresIn } from './counts.ts'
import { endBlocks } from './end-blocks.ts'
import { endOfUndo, isPartial, undoneBy } from './end-of-undo.ts'
import type { Execution } from './execution.ts'
import { knownMapping } from './known-mapping.ts'
import { keys, type RunEnded, type UndoBegun } from './records.ts'
import { runEntries } from './run-entries.ts'
import { UndoWanted, UntilReached } from './run-stop.ts'
import { stepScope } from './step-scope.ts'
import { outermost } from './surroundings.ts'
import { lastUndo, undoRun } from './undo-run.ts'

/**
 * Runs a runbook from wherever its records end to its end: its entries in document order, then its `finally`. A run that is being
 * taken back goes on with that.
 *
 * @returns how it ended, as recorded
 * @throws {StepFailed} a step failed, and the run pauses; {NeedsPerson} a person decides; {Interrupted} stopped at a safe point;
 *   {UntilReached} it came to where it was to pause
 */
export async function interpret(execution: Execution): Promise<RunEnded> {
  const { runbook, host } = execution
  const undo = lastUndo(host)
  if (undo !== undefined) return goBack(execution, undo.begun)
  const scope = runScope(execution)
  try {
    await runEntries(execution, runbook.steps, scope, outermost)
  } catch (error) {
    if (!(error instanceof UndoWanted)) throw error
    return goBack(execution, { automatic: true, to: null, by: operatorOf(execution) })
  }
  return end(execution, scope, failuresIn(host, runbook.steps).length === 0 ? 'done' : 'failed')
}

/**
 * Takes a run back, because a person says so.
 *
 * @param to the last step to take back, itself included; absent: all
 * @throws {UntilReached} when it came to `to`
 */
export function takeBack(execution: Execution, to: string | undefined): Promise<RunEnded> {
  return goBack(execution, { automatic: false, to: to ?? null, by: operatorOf(execution) })
}

/** From here on it goes back and never forward, but for what `finally` does behind it. */
async function goBack(execution: Execution, begun: UndoBegun): Promise<RunEnded> {
  const { host, runbook } = execution
  const undo = await undoRun(execution, begun)
  if (isPartial(undo)) throw new UntilReached({ id: undo.begun.to ?? '', number: '', title: '' })
  // one that had ended did its `finally` then, and keeps its first end in the journal
  if (host.recall(keys.ended) !== undefined) return endOfUndo(host, runbook, undo)
  const scope = runScope(execution)
  await endBlocks(execution, runbook.steps, scope, outermost)
  return end(execution, scope, 'undone', undoneBy(undo))
}

async function end(
  execution: Execution,
  scope: Scope,
  outcome: RunEnded['outcome'],
  undone?: RunEnded['undone'],
): Promise<RunEnded> {
  const { host, runbook } = execution
  await runEntries(execution, runbook.finally, { ...scope, run: { ...runFacts(execution), outcome } }, outermost)
  const entries = [...runbook.steps, ...runbook.finally]
  const failures = failuresIn(host, entries)
  const ended: RunEnded = {
    outputs: outcome === 'undone' ? {} : knownMapping(evaluate(runbook.outputs, scope)),
    outcome: outcome === 'done' && failures.length > 0 ? 'failed' : outcome, // something in `finally` did
    ...{ failures, exceptions: exceptionsIn(host, entries) },
    ...(undone === undefined ? {} : { undone }),
  }
  await host.record(keys.ended, ended as unknown as Json) // holds nothing but JSON
  return ended
}

function operatorOf({ operators }: Execution): string {
  return operators.at(-1) ?? ''
}

function runFacts({ runId, runbook, toolSha256 }: Execution) {
  return { id: runId, runbook: runbook.name, toolSha256 }
}

function runScope(execution: Execution): Scope {
  const { inputs, bindingFacts } = execution
  const known = { inputs, steps: stepScope(), run: runFacts(execution) }
  return bindingFacts === undefined ? known : { ...known, bindings: bindingFacts }
}
