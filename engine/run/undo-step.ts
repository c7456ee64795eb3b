import type { Static, TObject } from 'typebox'
import type { Step } from '../document/runbook.ts'
import { StepError } from '../step/errors.ts'
import type { JsonObject } from '../step/json.ts'
import type { ChangingStepType } from '../step/step-type.ts'
import { approve } from './approve.ts'
import { lastKnownEffect } from './change-world.ts'
import { exceptionRule, exceptionText } from './exceptions.ts'
import type { Execution } from './execution.ts'
import { callDeadline, checkContext, lookUntilSettled } from './look.ts'
import { passWindow } from './pass-window.ts'
import { readableValue } from './readable-value.ts'
import { keys, type StepStarted, type StepSucceeded } from './records.ts'
import { Attempts } from './retry.ts'
import { NeedsPerson } from './run-stop.ts'

/**
 * Takes one step back: `undo/started` (durable), undo, look until it is gone, `undo/done` (durable). Undo functions are safe to call
 * again, so a crash between the two calls it again.
 */
export async function undoStep(
  execution: Execution,
  step: Step,
  destructive: boolean,
): Promise<'undone' | 'nothing-to-undo'> {
  const { host } = execution
  const { type } = step
  if (type.effect === 'read' || typeof type.undo !== 'object') throw new Error(`\`${type.name}\` has no undo`)
  const started = host.recall(keys.started(step.address)) as unknown as StepStarted // the caller asked `undoVerdict`
  const going: Step = { ...step, address: `${step.address}/undo` } // its own attempts, gates and overrides
  const attempts = new Attempts(execution, going)
  const outputs = await outputsToUndo(execution, step, type, started, attempts)
  if (outputs === undefined) {
    await host.record(keys.undone(step.address), { how: 'nothing-to-undo' })
    return 'nothing-to-undo'
  }
  await passWindow(execution, going)
  if (destructive) await approveDestruction(execution, step, going, outputs)
  await host.record(keys.undoStarted(step.address), { outputs, effectId: started.effectId })
  for (;;) {
    try {
      const { run } = type.undo
      await host.effect(`step/${step.address}/undo`, callDeadline(execution, step), (signal) => {
        const effect = lastKnownEffect(execution, step, started)
        const { effectId } = started
        const context = { ...checkContext(execution, step, effect, signal), effectId, artifacts: execution.artifacts }
        return run(started.inputs as Static<TObject>, outputs as Static<TObject>, {
          ...context,
          secrets: execution.secrets(effectId),
        })
      })
      break
    } catch (thrown) {
      const { error, tryAgain } = await attempts.applyFailed(thrown, false)
      if (!tryAgain) throw error
      host.safePoint()
    }
  }
  await seeItGone(execution, step, type, started, attempts)
  await host.record(keys.undone(step.address), { how: 'undone' })
  return 'undone'
}

/** What the step made; `undefined` when it turns out that it made nothing. */
async function outputsToUndo(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  started: StepStarted,
  attempts: Attempts,
): Promise<JsonObject | undefined> {
  const { host } = execution
  const succeeded = host.recall(keys.succeeded(step.address)) as StepSucceeded | undefined // written by `runEntry` alone
  if (succeeded !== undefined) return succeeded.outputs
  const begun = host.recall(keys.undoStarted(step.address)) as { readonly outputs: JsonObject } | undefined // written above
  if (begun !== undefined) return begun.outputs
  const answer = await lookUntilSettled(
    execution,
    step,
    type,
    started.inputs,
    lastKnownEffect(execution, step, started),
    attempts,
  )
  if (answer.state === 'satisfied')
    return answer.madeBy === undefined || answer.madeBy === started.effectId ? answer.outputs : undefined
  if (answer.state === 'unknowable')
    throw new NeedsPerson('in-doubt', `begun, and whether it happened cannot be told: ${answer.why}`, {
      hint: `look for effect \`${started.effectId}\`, then say what you saw with \`runbook resolve\``,
    })
  if (answer.state === 'partial') return {}
  if (type.settleMs === 'never')
    throw new NeedsPerson('in-doubt', 'begun, and the service lists nothing by which it could be found')
  const settled = started.startedAt + type.settleMs
  if (host.now() < settled) {
    await host.sleepUntil(settled)
    return outputsToUndo(execution, step, type, started, attempts)
  }
  return undefined
}

async function approveDestruction(execution: Execution, step: Step, going: Step, outputs: JsonObject): Promise<void> {
  await approve(execution, step, {
    key: keys.gate(going.address),
    rule: exceptionRule(execution, step),
    text: (head) =>
      exceptionText(
        execution,
        step,
        'Destruction of what was made by',
        ['outputs', ...readableValue(outputs).map((line) => `  ${line}`)],
        head,
      ),
  })
}

async function seeItGone(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  started: StepStarted,
  attempts: Attempts,
): Promise<void> {
  const effect = lastKnownEffect(execution, step, started)
  const answer = await lookUntilSettled(
    execution,
    step,
    type,
    started.inputs,
    { ...effect, answer: undefined },
    attempts,
  )
  const mine = answer.state === 'satisfied' && answer.madeBy === started.effectId
  if (!mine && answer.state !== 'partial') return
  throw new StepError('conflict', 'it was taken back and acknowledged, and is still there', {
    hint: 'look whether somebody else made it again; resuming takes it back once more',
  })
}
