import type { Static, TObject } from 'typebox'
import type { Step } from '../document/runbook.ts'
import type { Scope } from '../expressions/value.ts'
import { JournalError } from '../journal/journal-error.ts'
import type { Satisfied } from '../step/check-answer.ts'
import { StepError } from '../step/errors.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { ChangingStepType } from '../step/step-type.ts'
import { existingOf } from './existing-of.ts'
import { effectIdOf, runOf } from './effect-id.ts'
import type { Outcome } from './events.ts'
import type { Execution } from './execution.ts'
import { passGates } from './gates.ts'
import { isGate } from './guarded.ts'
import { passWindow } from './pass-window.ts'
import { settleByPerson, settleOrMend, settleUnseen } from './settle-by-person.ts'
import { nameOf } from './step-name.ts'
import { callDeadline, checkContext, type KnownEffect, lookUntilSettled, nothingStarted } from './look.ts'
import { keys, type StepStarted } from './records.ts'
import { Attempts } from './retry.ts'
import { FailedInDoubt, NeedsPerson } from './run-stop.ts'
import { isLeftAlone } from './left-alone.ts'
import { type Missing, mayApplyAgain } from './settle-doubt.ts'
import { countAnswers, lastAnswer, recordAgain, type Standing, standingAtFirst } from './standing.ts'
import { stepErrorOf } from './step-failure.ts'

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
  let started = host.recall(keys.started(step.address)) as StepStarted | undefined // written below alone
  let standing = standingAtFirst(execution, step, started)
  let appliedHere = false
  let refused: StepError | undefined
  let sentNext: string | undefined

  try {
    for (;;) {
      const effect = started === undefined ? nothingStarted : lastKnownEffect(execution, step, started)
      const answer = await lookOrBlind(execution, step, type, inputs, effect, attempts)
      if (answer.state === 'blind') {
        if (started === undefined || standing.state === 'untouched' || mayStillRun(refused)) throw answer.error
        const settled = await settleUnseen(execution, step, started, answer.error)
        if (settled.claim === 'done') return { outputs: settled.outputs, how: 'claimed' }
        standing = { state: 'untouched' }
        continue
      }
      if (answer.state === 'conflict') throw new NeedsPerson('conflict', answer.differs, { hint: answer.hint })
      if (answer.state === 'satisfied') {
        if (started === undefined) {
          const outputs = takeFound(step, answer)
          // what stands behind a gate relies on it, whoever did the gate's own work
          if (isGate(step) && (await passGates(execution, step, inputs, scope))) continue
          return { outputs, how: 'found' }
        }
        // what is there although nothing was ever sent is somebody else's, where nothing says who made it
        if (standing.state === 'untouched' && answer.madeBy === undefined)
          return { outputs: takeFound(step, answer), how: 'found' }
        const ours = isOurs(step, answer, started.effectId)
        return { outputs: answer.outputs, how: !ours ? 'found' : appliedHere ? 'made' : 'recovered' }
      }
      if (started === undefined) {
        // a gate at which a person was asked may have taken hours: look again behind it
        if (await passGates(execution, step, inputs, scope)) continue
        host.safePoint()
        started = await begin(execution, step, inputs, answer)
      } else {
        // its end is that of this process: another one looks, and waits until it may be sure
        if (refused !== undefined && mayStillRun(refused)) throw new FailedInDoubt(refused)
        const next = await mayApplyAgain(execution, step, type, answer, started, standing, appliedHere, sentNext)
        if (next === 'look') continue
        if (typeof next === 'object') {
          const { doubt } = next
          const settled =
            typeof doubt === 'string'
              ? await settleByPerson(execution, step, started, doubt, answer)
              : await settleOrMend(execution, step, started, doubt, answer)
          if (settled.claim === 'done') return { outputs: settled.outputs, how: 'claimed' }
          standing = { state: 'untouched' }
        }
        if (refused !== undefined) throw refused
        await passWindow(execution, step)
        host.safePoint()
        if (next === 'not-done') standing = { state: 'untouched' }
        else if (standing.state === 'untouched') await recordAgain(execution, step)
      }
      host.emit({ type: 'step-applying', step: nameOf(step), effectId: started.effectId })
      const earlier = standing
      const applied = await applyOnce(execution, step, type, inputs, started, earlier, attempts)
      standing = applied.standing
      refused = applied.refused
      if (standing !== earlier) sentNext = answer.state === 'partial' ? answer.next : undefined
      appliedHere ||= standing.state === 'answered' && standing !== earlier
    }
  } catch (error) {
    // a failure that comes before it is known what became of an earlier request leaves that open
    if (StepError.is(error) && standing.state === 'doubtful' && error !== refused) throw new FailedInDoubt(error)
    throw error
  }
}

/** Chooses the effect id and makes it durable, before the first request. */
async function begin(execution: Execution, step: Step, inputs: JsonObject, answer: Missing): Promise<StepStarted> {
  const { host, runId } = execution
  const before = answer.state === 'different' ? answer.before : null
  const started: StepStarted = { inputs, effectId: effectIdOf(runId, step.address), startedAt: host.now(), before }
  await host.record(keys.started(step.address), { ...started })
  return started
}

/** `blind`: no look works, whatever there is to see. */
async function lookOrBlind(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  inputs: JsonObject,
  effect: KnownEffect,
  attempts: Attempts,
): Promise<Awaited<ReturnType<typeof lookUntilSettled>> | { readonly state: 'blind'; readonly error: StepError }> {
  try {
    return await lookUntilSettled(execution, step, type, inputs, effect, attempts)
  } catch (error) {
    if (attempts.isBlind(error)) return { state: 'blind', error }
    throw error
  }
}

function mayStillRun(failure: StepError | undefined): boolean {
  return failure !== undefined && isLeftAlone(failure)
}

async function applyOnce(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  inputs: JsonObject,
  started: StepStarted,
  standing: Standing,
  attempts: Attempts,
): Promise<{ readonly standing: Standing; readonly refused?: StepError }> {
  const { host, artifacts } = execution
  let answer: Json | undefined
  try {
    answer = await host.effect(`step/${step.address}/apply`, callDeadline(execution, step), (signal) => {
      const effect = lastKnownEffect(execution, step, started)
      const context = {
        ...checkContext(execution, step, effect, signal),
        effectId: started.effectId,
        artifacts,
        secrets: execution.secrets(started.effectId),
      }
      return type.apply(inputs as Static<TObject>, context)
    })
  } catch (thrown) {
    const { error, tryAgain } = await attempts.applyFailed(thrown, standing.state === 'untouched')
    // an attempt that surely did nothing says nothing about an earlier one
    if (!error.outcomeUnknown && tryAgain) return { standing }
    if (!error.outcomeUnknown) throw error
    const doubtful: Standing = { state: 'doubtful', since: host.now() }
    return tryAgain ? { standing: doubtful } : { standing: doubtful, refused: error }
  }
  if (answer !== undefined) await recordAnswer(execution, step, answer)
  return { standing: { state: 'answered', since: host.now() } }
}

/** It was done, whether or not its answer may be journaled. */
async function recordAnswer({ host }: Execution, step: Step, answer: Json): Promise<void> {
  try {
    await host.record(keys.answered(step.address, countAnswers(host, step.address)), answer)
  } catch (error) {
    if (error instanceof JournalError) throw error
    throw new FailedInDoubt(stepErrorOf(error))
  }
}

/** What this run knows of a step's effect: its id, the last answer, what was there before. */
export function lastKnownEffect(execution: Execution, step: Step, started: StepStarted): KnownEffect {
  const { host } = execution
  return { effectId: started.effectId, answer: lastAnswer(host, step.address), before: started.before ?? undefined }
}

function takeFound(step: Step, answer: Satisfied<JsonObject>): JsonObject {
  if (existingOf(step) === 'adopt') return answer.outputs
  const { madeBy } = answer
  const maker = madeBy === undefined ? '' : `: run \`${runOf(madeBy)}\` made it (effect \`${madeBy}\`)`
  throw new NeedsPerson('refused', `it is there already${maker}`, {
    hint: 'use another name, or say `existing: adopt` in the runbook where that is meant',
  })
}

/** After `started`: what is there is ours, where the world cannot tell otherwise. What is not is refused, or found. */
function isOurs(step: Step, answer: Satisfied<JsonObject>, effectId: string): boolean {
  if (answer.madeBy === undefined || answer.madeBy === effectId) return true
  if (existingOf(step) === 'adopt') return false
  throw new NeedsPerson('conflict', `somebody else made it meanwhile: effect \`${answer.madeBy}\``)
}
