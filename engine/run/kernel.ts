import type { Entry } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import { evaluate } from '../expressions/template.ts'
import type { Scope } from '../expressions/value.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { Execution } from './execution.ts'
import { knownMapping } from './known-mapping.ts'
import { keys, type RunEnded, type UndoBegun } from './records.ts'
import { runEntries } from './run-entries.ts'
import { outermost } from './surroundings.ts'
import { UndoWanted, UntilReached } from './run-stop.ts'
import { noOutputs, outputsOf, stepScope } from './step-scope.ts'
import { type Undone, undoAfterFailure, undoByCommand } from './undo-run.ts'

/**
 * Runs a runbook from wherever its records end to its end: its entries in document order, then its `finally`. A run that is being
 * taken back goes on with that.
 *
 * @returns how it ended, as recorded
 * @throws {StepFailed} a step failed, and the run pauses; {NeedsPerson} a person decides; {Interrupted} stopped at a safe point;
 *   {UntilReached} it came to where it was to pause
 */
export async function interpret(execution: Execution): Promise<RunEnded> {
  const { runbook } = execution
  const undo = lastUndo(execution)
  if (undo?.automatic === false) return takeBack(execution, undo.to ?? undefined)
  const scope = runScope(execution)
  try {
    await runEntries(execution, runbook.steps, scope, outermost)
  } catch (error) {
    if (!(error instanceof UndoWanted)) throw error
    return end(execution, recordedScope(execution), 'undone', await undoAfterFailure(execution))
  }
  return end(execution, scope, execution.tally.failures.length === 0 ? 'done' : 'failed')
}

/**
 * Takes a run back, because a person says so.
 *
 * @param to the last step to take back, itself included; absent: all
 * @throws {UntilReached} when it came to `to`
 */
export async function takeBack(execution: Execution, to: string | undefined): Promise<RunEnded> {
  const undone = await undoByCommand(execution, to)
  if (to !== undefined && undone.stoppedAt === undefined) throw new UntilReached({ id: to, number: '', title: '' })
  return end(execution, recordedScope(execution), 'undone', undone)
}

async function end(
  execution: Execution,
  scope: Scope,
  outcome: RunEnded['outcome'],
  undone?: Undone,
): Promise<RunEnded> {
  const { host, runbook, tally } = execution
  await runEntries(execution, runbook.finally, { ...scope, run: { ...runFacts(execution), outcome } }, outermost)
  const outputs: JsonObject = outcome === 'undone' ? {} : knownMapping(evaluate(runbook.outputs, scope))
  const ended: RunEnded = {
    ...{ outputs, outcome, failures: [...tally.failures], exceptions: [...tally.exceptions] },
    ...(undone === undefined ? {} : { undone }),
  }
  await host.record(keys.ended, ended as unknown as Json) // holds nothing but JSON
  return ended
}

function lastUndo({ host }: Execution): UndoBegun | undefined {
  let last: UndoBegun | undefined
  for (let n = 0; ; n += 1) {
    const begun = host.recall(keys.undoBegun(n)) as UndoBegun | undefined // written by `undo-run.ts` alone
    if (begun === undefined) return last
    last = begun
  }
}

function runFacts({ runId, runbook, toolSha256 }: Execution) {
  return { id: runId, runbook: runbook.name, toolSha256 }
}

function runScope(execution: Execution): Scope {
  const { inputs, bindingFacts } = execution
  const known = { inputs, steps: stepScope(), run: runFacts(execution) }
  return bindingFacts === undefined ? known : { ...known, bindings: bindingFacts }
}

/** What a run that does not go forward gave until then. */
function recordedScope(execution: Execution): Scope {
  const { host, runbook } = execution
  const steps = stepScope()
  const take = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      const done = entry.kind === 'forEach' || host.recall(keys.succeeded(entry.address)) !== undefined
      steps[entry.id] = done ? outputsOf(host, entry, entry.address) : noOutputs
      if (isBlock(entry) && entry.kind !== 'forEach') take([...entry.entries, ...entry.finally])
    }
  }
  take(runbook.steps)
  return { ...runScope(execution), steps }
}
