import type { Block, Entry, ForEach, Leaf, WaitFor } from '../document/runbook.ts'
import { isBlock, usesOf, walkEntries } from '../document/walk-entries.ts'
import type { Template } from '../expressions/template.ts'
import { type Scope, Unknown, type Value, unknownsOf } from '../expressions/value.ts'
import { readableValue } from '../run/readable-value.ts'
import { stepErrorOf } from '../run/step-failure.ts'
import { addressOf, itemSuffix, stepScope, type StepScope } from '../run/step-scope.ts'
import type { Json } from '../step/json.ts'
import { evaluateBeforeRun } from './evaluate-before-run.ts'
import type { PlannedStep } from './plan.ts'
import { type Lookout, planStep } from './plan-step.ts'

/** What is gathered while a plan walks the entries. */
export interface Planning {
  readonly lookout: Lookout
  readonly planned: PlannedStep[]
  /** Targets, by what they claim to be, that earlier steps will change, with the last of those steps. */
  readonly changed: Map<string, string>
}

/** Plans entries in document order; what they give back, as far as it is known, becomes part of `scope.steps`. */
export async function planEntries(
  planning: Planning,
  entries: readonly Entry[],
  scope: Scope,
  suffix = '',
): Promise<void> {
  for (const entry of entries) await planEntry(planning, { ...entry, address: addressOf(entry, suffix) }, scope, suffix)
}

async function planEntry(planning: Planning, entry: Entry, scope: Scope, suffix: string): Promise<void> {
  const { planned } = planning
  const steps = scope.steps as StepScope // made by `stepScope`
  const wanted = entry.when === undefined ? true : attempt(entry.when, scope)
  if (wanted === false) {
    planned.push({
      ...{ ...frame(entry), decision: 'skip', fidelity: 'exact', waitsFor: [], inputs: [] },
      condition: conditionText(entry),
    })
    for (const { id } of walkEntries([entry])) steps[id] = {}
    return
  }
  const condition = wanted instanceof Unknown ? { condition: conditionText(entry) } : {}
  steps[entry.id] = new Unknown([entry.id])
  if (isBlock(entry)) {
    await planBlock(planning, entry, condition, scope, suffix)
    // behind it nothing that it holds is sure, where its own condition is not
    if (wanted !== true) for (const { id } of walkEntries([entry])) steps[id] = new Unknown([entry.id])
    return
  }
  const result = { ...(await planLeaf(planning, entry, scope)), ...condition }
  planned.push(result)
  if (result.outputs !== undefined && wanted === true) steps[entry.id] = { outputs: result.outputs }
  if (entry.kind === 'step' && entry.type.effect !== 'read' && entry.wait === undefined && result.decision !== 'found')
    for (const claim of planning.lookout.targets.claims(entry)) planning.changed.set(claim, entry.address)
}

function frame(entry: Entry): Pick<PlannedStep, 'id' | 'number' | 'title' | 'uses' | 'targets'> {
  return { id: entry.address, number: entry.number, title: entry.title, uses: usesOf(entry), targets: [] }
}

function conditionText({ when }: Entry): string {
  return when?.kind === 'expression' ? when.expression.text : 'its condition holds'
}

async function planBlock(
  planning: Planning,
  block: Block,
  condition: { readonly condition?: string },
  scope: Scope,
  suffix: string,
): Promise<void> {
  const line = {
    ...frame(block),
    decision: 'block' as const,
    fidelity: 'exact' as const,
    waitsFor: [],
    inputs: [],
    ...condition,
  }
  if (block.kind === 'forEach') await planForEach(planning, block, line, scope, suffix)
  else {
    planning.planned.push(line)
    await planEntries(planning, block.entries, scope, suffix)
  }
  await planEntries(planning, block.finally, scope, suffix)
}

async function planForEach(
  planning: Planning,
  block: ForEach,
  line: PlannedStep,
  scope: Scope,
  suffix: string,
): Promise<void> {
  const list = attempt(block.in, scope)
  const within = (value: Json | Unknown): Scope => ({
    ...scope,
    steps: stepScope(scope.steps),
    locals: { ...scope.locals, [block.as]: value },
  })
  if (!Array.isArray(list) || unknownsOf(list).length > 0) {
    const waitsFor = [...new Set(unknownsOf(list).flatMap((unknown) => unknown.waitsFor))]
    planning.planned.push({
      ...line,
      fidelity: 'estimated',
      waitsFor,
      note: 'how many items there are is not known yet',
    })
    await planEntries(planning, block.entries, within(new Unknown([`each ${block.as}`])), `${suffix}[…]`)
    return
  }
  planning.planned.push({ ...line, inputs: readableValue(list), items: list.length })
  for (const value of list as readonly Json[]) {
    const key = block.key === undefined ? value : attempt(block.key, within(value))
    await planEntries(
      planning,
      block.entries,
      within(value),
      itemSuffix(suffix, typeof key === 'string' ? key : JSON.stringify(key)),
    )
  }
}

async function planLeaf(planning: Planning, leaf: Leaf, scope: Scope): Promise<PlannedStep> {
  const known = { fidelity: 'exact' as const, waitsFor: [] }
  switch (leaf.kind) {
    case 'step': {
      const planned = await planStep(planning.lookout, leaf, scope, planning.changed, planning.planned)
      return leaf.wait === undefined ? planned : planWait(planned, leaf.wait, scope)
    }
    case 'wait':
      return { ...frame(leaf), ...known, decision: 'wait', inputs: [], durationMs: leaf.durationMs }
    case 'manual': {
      const { approval, pointOfNoReturn } = leaf
      return {
        ...{ ...frame(leaf), ...known, decision: 'ask', inputs: readableValue(attempt(leaf.instructions, scope)) },
        ...(approval === undefined ? {} : { approval }),
        ...(pointOfNoReturn === undefined ? {} : { pointOfNoReturn }),
      }
    }
    case 'assert': {
      const holds = attempt(leaf.holds, scope)
      if (holds instanceof Unknown)
        return { ...frame(leaf), decision: 'look', fidelity: 'estimated', waitsFor: holds.waitsFor, inputs: [] }
      const message = holds === true ? {} : { note: readableValue(attempt(leaf.message, scope)).join(' ') }
      return { ...frame(leaf), ...known, decision: holds === true ? 'look' : 'fails', inputs: [], ...message }
    }
  }
}

/** A step that only waits never makes, changes or refuses anything; what it will see is known once that holds. */
function planWait(planned: PlannedStep, { until }: WaitFor, scope: Scope): PlannedStep {
  const { outputs, before: _before, after: _after, note, ...step } = planned
  if (planned.decision === 'fails' || planned.decision === 'conflict') return planned
  if (planned.fidelity === 'estimated') return { ...step, decision: 'wait' }
  if (outputs !== undefined && (until === undefined || attempt(until, { ...scope, outputs }) === true))
    return { ...step, decision: 'look', outputs }
  return { ...step, decision: 'wait', ...(note === undefined || outputs !== undefined ? {} : { note }) }
}

/** What cannot be evaluated now reads something that may be skipped: known when it comes to it. */
function attempt(template: Template, scope: Scope): Value {
  try {
    return evaluateBeforeRun(template, scope)
  } catch (error) {
    return new Unknown([stepErrorOf(error).message])
  }
}
