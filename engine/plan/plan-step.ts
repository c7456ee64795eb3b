import type { Static, TObject } from 'typebox'
import { bindingsOf } from '../document/bindings-of.ts'
import type { Runbook, Step } from '../document/runbook.ts'
import type { TargetBoard } from '../environment/target-board.ts'
import { isKnown, type Scope, unknownsOf, type Value } from '../expressions/value.ts'
import { attendanceOf } from '../run/attendance.ts'
import { fitSchema } from '../run/fit-schema.ts'
import { existingOf } from '../run/existing-of.ts'
import { readableValue } from '../run/readable-value.ts'
import { stepErrorOf } from '../run/step-failure.ts'
import type { CheckAnswer } from '../step/check-answer.ts'
import type { JsonObject } from '../step/json.ts'
import { BindingError } from '../environment/open-bindings.ts'
import { evaluateBeforeRun } from './evaluate-before-run.ts'
import { openMade } from './open-made.ts'
import type { PlannedStep } from './plan.ts'

/** What a plan may use to look. */
export interface Lookout {
  readonly runbook: Runbook
  readonly targets: TargetBoard
  readonly signal: AbortSignal
  readonly sandbox: boolean
  now(): number
}

type Verdict = Pick<PlannedStep, 'decision' | 'fidelity' | 'waitsFor' | 'outputs' | 'note' | 'before' | 'after'>

/**
 * Plans one step.
 *
 * @param changed targets, by what they claim to be, that earlier steps of the plan will change, with the last of those steps
 * @param planned the steps before it
 */
export async function planStep(
  lookout: Lookout,
  step: Step,
  scope: Scope,
  changed: ReadonlyMap<string, string>,
  planned: readonly PlannedStep[],
): Promise<PlannedStep> {
  const targets = bindingsOf(step)
  const earlier = lookout.targets.claims(step).flatMap((claim) => changed.get(claim) ?? [])
  const { approval, pointOfNoReturn } = step
  const { inputs, verdict, attendance } = await judge(lookout, step, scope, [...new Set(earlier)], planned)
  return {
    id: step.address,
    number: step.number,
    title: step.title,
    uses: step.type.name,
    targets,
    inputs,
    ...verdict,
    ...(approval === undefined ? {} : { approval }),
    ...(pointOfNoReturn === undefined ? {} : { pointOfNoReturn }),
    ...(attendance?.length === 0 ? {} : { attendance: attendance ?? null }),
  }
}

async function judge(
  lookout: Lookout,
  step: Step,
  scope: Scope,
  earlier: readonly string[],
  planned: readonly PlannedStep[],
): Promise<{
  readonly inputs: readonly string[]
  readonly verdict: Verdict
  readonly attendance: readonly string[] | undefined
}> {
  let inputs: Value
  try {
    inputs = evaluateBeforeRun(step.with, scope)
  } catch (error) {
    return { inputs: [], verdict: failing(error), attendance: [] }
  }
  const unknown = unknownsOf(inputs).flatMap(({ waitsFor }) => waitsFor)
  const verdict = async (): Promise<Verdict> => {
    const missing = await openMade(lookout, step, planned)
    const waitsFor = [...new Set([...unknown, ...missing])]
    if (!isKnown(inputs) || missing.length > 0) return later(step, waitsFor)
    return lookNow(lookout, step, inputs as JsonObject, earlier) // `with` is a mapping, which the grammar wants
  }
  return {
    inputs: readableValue(inputs),
    verdict: await verdict().catch(failedToOpen),
    attendance: attendanceOf(step, inputs),
  }
}

/** What a step makes may be there, and not be what it is said to be: no other step is any the wiser. */
function failedToOpen(error: unknown): Verdict {
  if (error instanceof BindingError && error.error.code !== 'cancelled')
    return { decision: 'fails', fidelity: 'exact', waitsFor: [], note: `${error.error.code}: ${error.message}` }
  throw error
}

function failing(error: unknown): Verdict {
  const { code, message } = stepErrorOf(error)
  return { decision: 'fails', fidelity: 'exact', waitsFor: [], note: `${code}: ${message}` }
}

function later(step: Step, waitsFor: readonly string[]): Verdict {
  return { decision: step.type.effect === 'read' ? 'look' : 'make', fidelity: 'estimated', waitsFor }
}

async function lookNow(lookout: Lookout, step: Step, inputs: JsonObject, earlier: readonly string[]): Promise<Verdict> {
  if (step.type.effect === 'read' && earlier.length > 0) return later(step, earlier)
  const context = {
    target: lookout.targets.capability(step),
    run: { id: '', runbook: lookout.runbook.name },
    stepId: step.address,
    existing: existingOf(step),
    sandbox: lookout.sandbox,
    effectId: undefined,
    answer: undefined,
    before: undefined,
    artifacts: { read: () => Promise.resolve(undefined) },
    signal: lookout.signal,
    now: () => lookout.now(),
  }
  try {
    fitSchema(step.type.inputs, inputs, 'invalid', `the inputs of \`${step.type.name}\``)
    const answer = (await step.type.check(inputs as Static<TObject>, context)) as CheckAnswer<JsonObject> // outputs as their schema says
    const verdict = verdictOn(step, answer)
    // what stands in a target that will change before this step's turn is a good guess, no more
    return earlier.length > 0 && verdict.fidelity === 'exact' ? guessed(verdict, earlier) : verdict
  } catch (error) {
    if (stepErrorOf(error).code === 'cancelled') throw error
    return failing(error)
  }
}

/** Outputs are given only where apply has to give the same. */
function guessed({ outputs: _, ...verdict }: Verdict, waitsFor: readonly string[]): Verdict {
  return { ...verdict, fidelity: 'estimated', waitsFor }
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
  if (existingOf(step) === 'adopt') return { decision: 'found' }
  return {
    decision: 'refused',
    note: madeBy === undefined ? 'it is there already' : `it is there already; effect \`${madeBy}\` made it`,
  }
}
