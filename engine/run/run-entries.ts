import type { Entry } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import { evaluate } from '../expressions/template.ts'
import type { Scope } from '../expressions/value.ts'
import { StepError } from '../step/errors.ts'
import type { JsonObject } from '../step/json.ts'
import { hasBegun } from './counts.ts'
import type { Execution } from './execution.ts'
import type { Outcome } from './events.ts'
import { isTakenBack } from './open-targets.ts'
import { keys, type GaveUp, type StepSucceeded, type WhenJudged } from './records.ts'
import { runBlock } from './run-block.ts'
import { runAssertion, runManual, runPause } from './run-leaf.ts'
import { runStep } from './run-step.ts'
import { NotBegun, StepFailed, UndoWanted, UntilReached } from './run-stop.ts'
import { failureOf, gaveUpWith, storedFailure } from './step-failure.ts'
import { nameOf } from './step-name.ts'
import type { Surroundings } from './surroundings.ts'
import { addressOf, placeOutputs, type StepScope } from './step-scope.ts'

/** Runs entries one after the other; what each gives back becomes part of `scope.steps`. */
export async function runEntries(
  execution: Execution,
  entries: readonly Entry[],
  scope: Scope,
  around: Surroundings,
): Promise<void> {
  const steps = scope.steps as StepScope // made by `stepScope`
  for (const entry of entries) {
    const here = { ...entry, address: addressOf(entry, around.suffix) }
    await runEntry(execution, here, scope, around)
    placeOutputs(execution.host, steps, entry, around.suffix)
    if (entry.id === execution.until) throw new UntilReached(nameOf(here))
  }
}

/** Brings one entry to its end, from wherever its records are. */
async function runEntry(execution: Execution, entry: Entry, scope: Scope, around: Surroundings): Promise<void> {
  const { host } = execution
  const { address } = entry
  const gaveUp = host.recall(keys.gaveUp(address)) as GaveUp | undefined // written below alone
  if (gaveUp !== undefined) return goPast(entry, storedFailure(nameOf(entry), gaveUp))
  const earlier = host.recall(keys.succeeded(address)) as StepSucceeded | undefined // written below alone
  if (earlier !== undefined) {
    host.emit({ type: 'step-already-done', step: nameOf(entry), how: earlier.how })
    return
  }
  try {
    if (!(await isWanted(execution, entry, scope, around))) return
    const succeeded: StepSucceeded = await runBody(execution, entry, scope, around)
    await host.record(keys.succeeded(address), { ...succeeded })
    const { how, outputs } = succeeded
    host.emit(
      isBlock(entry)
        ? { type: 'block-ended', step: nameOf(entry) }
        : { type: 'step-succeeded', step: nameOf(entry), how, outputs },
    )
  } catch (thrown) {
    // what ends a block is told by what failed in it, but for its own `when`
    const error =
      isBlock(entry) && !StepError.is(thrown) ? thrown : failureOf(host, nameOf(entry), thrown, entry.continueOn)
    const isFinal = around.givesUp || (error instanceof StepFailed && endsHere(entry, error))
    if (!(error instanceof StepFailed) || error.inDoubt || !isFinal) throw error
    await host.record(keys.gaveUp(address), gaveUpWith(error))
    goPast(entry, error)
  }
}

/** @throws where nothing goes past it */
function goPast(entry: Entry, failure: StepFailed): void {
  if (entry.onFailure === 'undo') throw new UndoWanted(failure)
  if (!endsHere(entry, failure)) throw failure
}

/** Whether the entry says where control goes behind this failure. */
function endsHere({ onFailure, continueOn }: Entry, { error }: StepFailed): boolean {
  return onFailure !== 'stop' && (continueOn === undefined || continueOn.includes(error.code))
}

/** Evaluated once: a resume goes the way that was taken. */
async function isWanted(
  execution: Execution,
  entry: Entry,
  scope: Scope,
  { suffix, begunOnly }: Surroundings,
): Promise<boolean> {
  const { host } = execution
  const key = keys.when(entry.address)
  const earlier = host.recall(key) as WhenJudged | undefined // written below alone
  if (begunOnly && earlier?.holds !== false && !hasBegun(host, entry, suffix)) throw new NotBegun()
  // in a `finally` behind an undo: what it acts on is gone with the entry that made it
  const gone = entry.kind === 'step' && isTakenBack(execution, entry)
  if (entry.when === undefined && !gone) return true
  const holds = !gone && (earlier?.holds ?? (entry.when === undefined || evaluate(entry.when, scope) === true))
  if (earlier === undefined) await host.record(key, { holds })
  if (!holds) host.emit({ type: 'step-skipped', step: nameOf(entry) })
  return holds
}

function runBody(
  execution: Execution,
  entry: Entry,
  scope: Scope,
  around: Surroundings,
): Promise<{ readonly outputs: JsonObject; readonly how: Outcome }> {
  if (isBlock(entry)) return runBlock(execution, entry, scope, around, runEntries)
  const { host } = execution
  host.safePoint()
  const uses = entry.kind === 'step' ? entry.type.name : entry.kind
  host.emit({ type: 'step-started', step: nameOf(entry), uses })
  switch (entry.kind) {
    case 'step':
      return runStep(execution, entry, scope)
    case 'manual':
      return runManual(execution, entry, scope)
    case 'assert':
      return runAssertion(entry, scope)
    case 'wait':
      return runPause(execution, entry)
  }
}
