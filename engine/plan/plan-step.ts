import type { Static, TObject } from 'typebox'
import type { Runbook, Step } from '../document/runbook.ts'
import type { TargetBoard } from '../environment/target-board.ts'
import { evaluate } from '../expressions/template.ts'
import { isKnown, type Scope, unknownsOf } from '../expressions/value.ts'
import { readableValue } from '../run/readable-value.ts'
import { stepErrorOf } from '../run/step-failure.ts'
import type { CheckAnswer } from '../step/check-answer.ts'
import type { JsonObject } from '../step/json.ts'
import type { PlannedStep } from './plan.ts'

/** What a plan may use to look. */
export interface Lookout {
  readonly runbook: Runbook
  readonly targets: TargetBoard
  readonly signal: AbortSignal
  now(): number
}

type Verdict = Pick<PlannedStep, 'decision' | 'fidelity' | 'waitsFor' | 'outputs' | 'note' | 'before' | 'after'>

/**
 * Plans one step.
 *
 * @param changed bindings that earlier steps of the plan will change, with the last of those steps
 */
export async function planStep(
  lookout: Lookout,
  step: Step,
  scope: Scope,
  changed: ReadonlyMap<string, string>,
): Promise<PlannedStep> {
  const inputs = evaluate(step.with, scope)
  const targets = bindingsOf(step)
  const earlier = targets.flatMap((name) => changed.get(name) ?? [])
  const { approval, pointOfNoReturn } = step
  const verdict = isKnown(inputs)
    ? await lookNow(lookout, step, inputs as JsonObject, earlier) // `with` is a mapping, which the grammar wants
    : later(step, [...new Set(unknownsOf(inputs).flatMap(({ waitsFor }) => waitsFor))])
  return {
    id: step.id,
    number: step.number,
    title: step.title,
    uses: step.type.name,
    targets,
    inputs: readableValue(inputs),
    ...verdict,
    ...(approval === undefined ? {} : { approval }),
    ...(pointOfNoReturn === undefined ? {} : { pointOfNoReturn }),
  }
}

function later(step: Step, waitsFor: readonly string[]): Verdict {
  return { decision: step.type.effect === 'read' ? 'look' : 'make', fidelity: 'estimated', waitsFor }
}

async function lookNow(lookout: Lookout, step: Step, inputs: JsonObject, earlier: readonly string[]): Promise<Verdict> {
  if (step.type.effect === 'read' && earlier.length > 0) return later(step, earlier)
  const context = {
    target: lookout.targets.capability(step),
    run: { id: '', runbook: lookout.runbook.name },
    stepId: step.id,
    effectId: undefined,
    answer: undefined,
    before: undefined,
    artifacts: { read: () => Promise.resolve(undefined) },
    signal: lookout.signal,
    now: () => lookout.now(),
  }
  try {
    const answer = (await step.type.check(inputs as Static<TObject>, context)) as CheckAnswer<JsonObject> // outputs as their schema says
    const verdict = verdictOn(step, answer)
    // what stands in a target that will change before this step's turn is a good guess, no more
    return earlier.length > 0 && verdict.fidelity === 'exact'
      ? { ...verdict, fidelity: 'estimated', waitsFor: earlier }
      : verdict
  } catch (error) {
    const { code, message } = stepErrorOf(error)
    if (code === 'cancelled') throw error
    return { decision: 'fails', fidelity: 'exact', waitsFor: [], note: `${code}: ${message}` }
  }
}

function verdictOn(step: Step, answer: CheckAnswer<JsonObject>): Verdict {
  const exact = { fidelity: 'exact', waitsFor: [] } as const
  switch (answer.state) {
    case 'satisfied':
      return { ...exact, ...decisionOnFound(step, answer.madeBy), outputs: answer.outputs }
    case 'absent':
      return { ...exact, decision: 'make' }
    case 'different':
      return { ...exact, decision: 'change', before: answer.before, after: answer.after }
    case 'partial':
      return { ...exact, decision: 'conflict', note: answer.what }
    case 'pending':
      return { ...exact, decision: 'wait', note: answer.what }
    case 'conflict':
      return { ...exact, decision: 'conflict', note: answer.differs }
    case 'unknowable':
      return { fidelity: 'opaque', waitsFor: [], decision: 'run', note: answer.why }
  }
}

function decisionOnFound(step: Step, madeBy: string | undefined): Pick<PlannedStep, 'decision' | 'note'> {
  if (step.type.effect === 'read') return { decision: 'look' }
  if ((step.existing ?? step.type.existing) === 'adopt') return { decision: 'found' }
  return {
    decision: 'refused',
    note: madeBy === undefined ? 'it is there already' : `it is there already; effect \`${madeBy}\` made it`,
  }
}

function bindingsOf({ target }: Step): readonly string[] {
  if (target === undefined) return []
  return typeof target === 'string' ? [target] : Object.values(target)
}
