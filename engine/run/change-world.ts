import type { Static, TObject } from 'typebox'
import type { Step } from '../document/runbook.ts'
import type { Scope } from '../expressions/value.ts'
import type { Absent, Different, Partial, Satisfied, Unknowable } from '../step/check-answer.ts'
import { StepError } from '../step/errors.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { ChangingStepType } from '../step/step-type.ts'
import { effectIdOf } from './effect-id.ts'
import type { Outcome } from './events.ts'
import type { Execution } from './execution.ts'
import { passGates } from './gates.ts'
import { nameOf } from './step-name.ts'
import { checkContext, type KnownEffect, lookUntilSettled, nothingStarted } from './look.ts'
import { keys, type StepStarted } from './records.ts'
import { Attempts } from './retry.ts'
import { NeedsPerson } from './run-stop.ts'

/**
 * What is known of this step's effect.
 *
 * - `untouched`: nothing was sent, ever
 * - `doubtful`: something may have been sent, by an earlier process or with a lost answer; `since` is when its sender was
 *   known to be dead or done, on the run's clock
 * - `answered`: this process sent it and had the answer
 */
type Standing =
  | { readonly state: 'untouched' }
  | { readonly state: 'doubtful'; readonly since: number }
  | { readonly state: 'answered'; readonly since: number }

type Missing = Absent | Different | Partial | Unknowable

/**
 * The protocol of a step that changes the world (design: resolve inputs, check, `started`, apply, check until settled).
 * The caller records `succeeded`.
 */
export async function changeWorld(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  inputs: JsonObject,
  scope: Scope,
): Promise<{ readonly outputs: JsonObject; readonly how: Outcome }> {
  const { host } = execution
  const attempts = new Attempts(execution, step)
  let started = host.recall(keys.started(step.id)) as StepStarted | undefined // written below alone
  let standing: Standing = started === undefined ? { state: 'untouched' } : { state: 'doubtful', since: host.now() }
  let appliedHere = false

  for (;;) {
    const effect = started === undefined ? nothingStarted : knownEffect(execution, step, started)
    const answer = await lookUntilSettled(execution, step, type, inputs, effect, attempts)
    if (answer.state === 'conflict') throw new NeedsPerson('conflict', answer.differs, { hint: answer.hint })
    if (answer.state === 'satisfied') {
      if (started === undefined) return { outputs: takeFound(step, type, answer), how: 'found' }
      refuseForeign(step, type, answer, started.effectId)
      return { outputs: answer.outputs, how: appliedHere ? 'made' : 'recovered' }
    }
    if (started === undefined) {
      // a gate at which a person was asked may have taken hours: look again behind it
      if (await passGates(execution, step, inputs, scope)) continue
      host.safePoint()
      started = await begin(execution, step, inputs, answer)
    } else if (!(await mayApplyAgain(execution, type, answer, started, standing))) {
      continue
    }
    host.emit({ type: 'step-applying', step: nameOf(step), effectId: started.effectId })
    standing = await applyOnce(execution, step, type, inputs, started, standing, attempts)
    appliedHere ||= standing.state === 'answered'
  }
}

/** Chooses the effect id and makes it durable, before the first request. */
async function begin(execution: Execution, step: Step, inputs: JsonObject, answer: Missing): Promise<StepStarted> {
  const { host, runId } = execution
  const before = answer.state === 'different' ? answer.before : null
  const started: StepStarted = { inputs, effectId: effectIdOf(runId, step.id), startedAt: host.now(), before }
  await host.record(keys.started(step.id), { ...started })
  return started
}

/**
 * Decides what an effect that should be there and is not means.
 *
 * @returns true: apply (again); false: look again, some waiting was done
 * @throws {NeedsPerson} `in-doubt`
 */
async function mayApplyAgain(
  execution: Execution,
  type: ChangingStepType,
  answer: Missing,
  started: StepStarted,
  standing: Standing,
): Promise<boolean> {
  const { host } = execution
  if (standing.state === 'untouched' || answer.state === 'partial') return true
  const doubt = (why: string): NeedsPerson =>
    new NeedsPerson('in-doubt', `begun, and whether it happened cannot be told: ${why}`, {
      hint: `look for effect \`${started.effectId}\` yourself; settling a doubt by hand is not in this version`,
    })
  if (answer.state === 'unknowable') {
    if (standing.state === 'answered')
      throw new StepError('bug', `\`${type.name}\` was applied and answered \`unknowable\`: ${answer.why}`)
    if (type.effect === 'once' && !replayIsSafe(type, started, host.now())) throw doubt(answer.why)
    return true
  }
  if (standing.state === 'doubtful' && replayIsSafe(type, started, host.now())) return true
  if (type.settleMs === 'never') throw doubt('the service lists nothing by which it could be found')
  const settled = standing.since + type.settleMs
  if (host.now() < settled) {
    await host.sleepUntil(Math.min(settled, host.now() + (type.wait?.everyMs ?? 5_000)))
    return false
  }
  if (standing.state === 'answered')
    throw new StepError('conflict', 'it was applied and acknowledged, and is not there now', {
      hint: 'look whether somebody else removed it',
    })
  return true
}

function replayIsSafe(type: ChangingStepType, started: StepStarted, now: number): boolean {
  return type.replayWindowMs !== undefined && now < started.startedAt + type.replayWindowMs
}

async function applyOnce(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  inputs: JsonObject,
  started: StepStarted,
  standing: Standing,
  attempts: Attempts,
): Promise<Standing> {
  const { host, artifacts } = execution
  try {
    const answer = await host.effect(`step/${step.id}/apply`, (signal) => {
      const effect = knownEffect(execution, step, started)
      const context = { ...checkContext(execution, step, effect, signal), effectId: started.effectId, artifacts }
      return type.apply(inputs as Static<TObject>, context)
    })
    if (answer !== undefined) await host.record(keys.answered(step.id, nextAnswer(execution, step)), answer)
    return { state: 'answered', since: host.now() }
  } catch (thrown) {
    const error = await attempts.failed(thrown)
    // an attempt that surely did nothing says nothing about an earlier one
    return error.outcomeUnknown ? { state: 'doubtful', since: host.now() } : standing
  }
}

function knownEffect(execution: Execution, step: Step, started: StepStarted): KnownEffect {
  const last = nextAnswer(execution, step) - 1
  const answer: Json | undefined = last < 0 ? undefined : execution.host.recall(keys.answered(step.id, last))
  return { effectId: started.effectId, answer, before: started.before ?? undefined }
}

function nextAnswer(execution: Execution, step: Step): number {
  let n = 0
  while (execution.host.recall(keys.answered(step.id, n)) !== undefined) n += 1
  return n
}

function takeFound(step: Step, type: ChangingStepType, answer: Satisfied<JsonObject>): JsonObject {
  if ((step.existing ?? type.existing) === 'adopt') return answer.outputs
  const maker = answer.madeBy === undefined ? '' : `; effect \`${answer.madeBy}\` made it`
  throw new NeedsPerson('refused', `it is there already${maker}`, {
    hint: 'use another name, or say `existing: adopt` in the runbook where that is meant',
  })
}

/** After `started`: what is there must be ours, where the world can tell. */
function refuseForeign(step: Step, type: ChangingStepType, answer: Satisfied<JsonObject>, effectId: string): void {
  if ((step.existing ?? type.existing) === 'adopt' || answer.madeBy === undefined || answer.madeBy === effectId) return
  throw new NeedsPerson('conflict', `somebody else made it meanwhile: effect \`${answer.madeBy}\``)
}
