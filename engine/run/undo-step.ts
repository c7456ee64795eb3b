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
import { passWindowBack } from './pass-window.ts'
import { readableValue } from './readable-value.ts'
import { keys, type StepStarted, type StepSucceeded } from './records.ts'
import { Attempts } from './retry.ts'
import { settleByPerson } from './settle-by-person.ts'

/**
 * Takes one step back: `undo/started` (durable), undo, look until it is gone, `undo/done` (durable). Undo functions are safe to call
 * again, so a crash between the two calls it again.
 *
 * @param outputs what it made; `undefined`: half of it is there
 */
export async function undoStep(
  execution: Execution,
  step: Step,
  outputs: JsonObject | undefined,
  destructive: boolean,
): Promise<void> {
  const { host } = execution
  const { type, started } = begunStep(execution, step)
  const { undo } = type
  if (typeof undo !== 'object') throw new Error(`\`${type.name}\` has no undo`)
  const attempts = attemptsToUndo(execution, step)
  await passWindowBack(execution, step)
  if (destructive) await approveDestruction(execution, step, outputs)
  await host.record(keys.undoStarted(step.address), { outputs: outputs ?? null, effectId: started.effectId })
  for (;;) {
    try {
      await host.effect(`step/${step.address}/undo`, callDeadline(execution, step), (signal) => {
        const effect = lastKnownEffect(execution, step, started)
        const { effectId } = started
        const context = { ...checkContext(execution, step, effect, signal), effectId, artifacts: execution.artifacts }
        return undo.run(started.inputs as Static<TObject>, outputs as Static<TObject> | undefined, {
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
}

/** What there is to take back; without outputs: half of it. */
export interface FoundToUndo {
  readonly outputs: JsonObject | undefined
}

/**
 * What a step made, without outputs where half of it is there; `undefined` when it turns out that it made nothing. A doubt is settled as on the way forward: by looking, and
 * where that does not tell, by a person.
 *
 * @throws {NeedsPerson} `in-doubt`, `approval`
 */
export async function foundToUndo(execution: Execution, step: Step): Promise<FoundToUndo | undefined> {
  const { host } = execution
  const { type, started } = begunStep(execution, step)
  const succeeded = host.recall(keys.succeeded(step.address)) as StepSucceeded | undefined // written by `runEntry` alone
  if (succeeded !== undefined) return succeeded
  const begun = host.recall(keys.undoStarted(step.address)) as { readonly outputs: JsonObject | null } | undefined // written above
  if (begun !== undefined) return { outputs: begun.outputs ?? undefined }
  const attempts = attemptsToUndo(execution, step)
  const settledAt = typeof type.settleMs === 'number' ? host.now() + type.settleMs : undefined
  for (;;) {
    const effect = lastKnownEffect(execution, step, started)
    const answer = await lookUntilSettled(execution, step, type, started.inputs, effect, attempts)
    switch (answer.state) {
      case 'satisfied':
        return answer.madeBy === undefined || answer.madeBy === started.effectId ? answer : undefined
      case 'partial':
        return { outputs: undefined }
      case 'conflict':
        return undefined
      case 'unknowable':
        return settle(execution, step, started, answer.why, answer)
      case 'absent':
      case 'different':
        if (settledAt === undefined)
          return settle(execution, step, started, 'the service lists nothing by which it could be found', answer)
        if (host.now() >= settledAt) return undefined
        await host.sleepUntil(Math.min(settledAt, host.now() + everyMs(type)))
    }
  }
}

async function settle(
  execution: Execution,
  step: Step,
  started: StepStarted,
  why: string,
  saw: Parameters<typeof settleByPerson>[4],
): Promise<FoundToUndo | undefined> {
  const settled = await settleByPerson(execution, step, started, why, saw)
  return settled.claim === 'done' ? settled : undefined
}

function begunStep(
  { host }: Execution,
  step: Step,
): { readonly type: ChangingStepType; readonly started: StepStarted } {
  const { type } = step
  const started = host.recall(keys.started(step.address)) as unknown as StepStarted | undefined // written by `changeWorld` alone
  if (type.effect === 'read' || started === undefined) throw new Error(`\`${step.address}\` changed nothing`)
  return { type, started }
}

/** Counted apart from those of doing it. */
function attemptsToUndo(execution: Execution, step: Step): Attempts {
  return new Attempts(execution, { ...step, address: `${step.address}/undo` })
}

async function approveDestruction(execution: Execution, step: Step, outputs: JsonObject | undefined): Promise<void> {
  const facts =
    outputs === undefined ? ['half of it is there'] : ['outputs', ...readableValue(outputs).map((line) => `  ${line}`)]
  await approve(execution, step, {
    key: keys.gate(`${step.address}/undo`),
    rule: exceptionRule(execution, step),
    text: (head) => exceptionText(execution, step, 'Destruction of what was made by', facts, head),
  })
}

/** What was taken back may be listed for a while, where the world is slow to tell. */
async function seeItGone(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  started: StepStarted,
  attempts: Attempts,
): Promise<void> {
  const { host } = execution
  const effect = { ...lastKnownEffect(execution, step, started), answer: undefined }
  const settledAt = host.now() + (typeof type.settleMs === 'number' ? type.settleMs : 0)
  for (;;) {
    const answer = await lookUntilSettled(execution, step, type, started.inputs, effect, attempts)
    const ours = answer.state === 'satisfied' && (answer.madeBy === undefined || answer.madeBy === started.effectId)
    if (!ours && answer.state !== 'partial') return
    if (host.now() >= settledAt) break
    await host.sleepUntil(Math.min(settledAt, host.now() + everyMs(type)))
  }
  throw new StepError('conflict', 'it was taken back and acknowledged, and is still there', {
    hint: 'look whether somebody else made it again; going on takes it back once more',
  })
}

function everyMs({ wait }: ChangingStepType): number {
  return wait?.everyMs ?? 5_000
}
