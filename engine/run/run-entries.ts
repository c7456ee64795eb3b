import type { Entry } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import { evaluate } from '../expressions/template.ts'
import type { Scope } from '../expressions/value.ts'
import { StepError } from '../step/errors.ts'
import type { JsonObject } from '../step/json.ts'
import type { Execution, Tally } from './execution.ts'
import type { Outcome } from './events.ts'
import type { RunHost } from './host.ts'
import { keys, type GaveUp, type StepSucceeded, type WhenJudged } from './records.ts'
import { runBlock } from './run-block.ts'
import { runAssertion, runManual, runPause } from './run-leaf.ts'
import { runStep } from './run-step.ts'
import { StepFailed, UndoWanted, UntilReached } from './run-stop.ts'
import { failureOf } from './step-failure.ts'
import { nameOf } from './step-name.ts'
import type { Surroundings } from './surroundings.ts'
import { addressOf, noOutputs, outputsOf, type StepScope } from './step-scope.ts'

/** Runs entries one after the other; what each gives back becomes part of `scope.steps`. */
export async function runEntries(
  execution: Execution,
  entries: readonly Entry[],
  scope: Scope,
  around: Surroundings,
): Promise<void> {
  for (const entry of entries) {
    await runEntry(execution, { ...entry, address: addressOf(entry, around.suffix) }, scope, around)
    if (entry.id === execution.until) throw new UntilReached(nameOf(entry))
  }
}

/** Brings one entry to its end, from wherever its records are. */
export async function runEntry(execution: Execution, entry: Entry, scope: Scope, around: Surroundings): Promise<void> {
  const { host, tally } = execution
  const { address } = entry
  const steps = scope.steps as StepScope // made by `stepScope`
  const gaveUp = host.recall(keys.gaveUp(address)) as GaveUp | undefined // written below alone
  if (gaveUp !== undefined) {
    if (!entry.mayFail) tally.failures.push(address)
    steps[entry.id] = noOutputs
    if (entry.onFailure === 'undo') throw new UndoWanted(new StepFailed(nameOf(entry), storedError(gaveUp)))
    return
  }
  const earlier = host.recall(keys.succeeded(address)) as StepSucceeded | undefined // written below alone
  if (earlier !== undefined) {
    count(tally, earlier)
    host.emit({ type: 'step-already-done', step: nameOf(entry), how: earlier.how })
    steps[entry.id] = outputsOf(host, entry, address)
    return
  }
  try {
    if (!(await isWanted(execution, entry, scope))) {
      steps[entry.id] = noOutputs
      return
    }
    const within: Tally = { failures: [], exceptions: [] }
    const { outputs, how } = await runBody({ ...execution, tally: within }, entry, scope, around)
    if (isExceptional(host, address)) within.exceptions.push(address)
    const succeeded: StepSucceeded = { outputs, how, ...(isEmpty(within) ? {} : { within }) }
    await host.record(keys.succeeded(address), { ...succeeded })
    count(tally, succeeded)
    steps[entry.id] = outputsOf(host, entry, address)
    host.emit(
      isBlock(entry)
        ? { type: 'block-ended', step: nameOf(entry) }
        : { type: 'step-succeeded', step: nameOf(entry), how, outputs },
    )
  } catch (thrown) {
    const error = isBlock(entry) ? thrown : failureOf(host, nameOf(entry), thrown)
    if (!(error instanceof StepFailed) || entry.onFailure === 'stop') throw error
    const { code, message, hint } = error.error
    await host.record(keys.gaveUp(address), { code, message, hint: hint ?? null })
    steps[entry.id] = noOutputs
    if (!entry.mayFail) tally.failures.push(address)
    if (entry.onFailure === 'undo') throw new UndoWanted(error)
  }
}

/** What a block holds counts with it, also for a resume that finds the block done. */
function count(tally: Tally, { within }: StepSucceeded): void {
  tally.failures.push(...(within?.failures ?? []))
  tally.exceptions.push(...(within?.exceptions ?? []))
}

/** A person settled its doubt, or let it happen outside of the rules. */
function isExceptional(host: RunHost, address: string): boolean {
  return host.recall(keys.resolution(address, 0)) !== undefined || host.recall(keys.override(address, 0)) !== undefined
}

function isEmpty({ failures, exceptions }: Tally): boolean {
  return failures.length === 0 && exceptions.length === 0
}

function storedError({ code, message, hint }: GaveUp): StepError {
  return new StepError(code, message, hint === null ? {} : { hint })
}

/** Evaluated once: a resume goes the way that was taken. */
async function isWanted(execution: Execution, entry: Entry, scope: Scope): Promise<boolean> {
  if (entry.when === undefined) return true
  const { host } = execution
  const key = keys.when(entry.address)
  const earlier = host.recall(key) as WhenJudged | undefined // written below alone
  const holds = earlier?.holds ?? evaluate(entry.when, scope) === true
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
  if (isBlock(entry)) return runBlock(execution, entry, scope, around, { runEntries, runEntry })
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
