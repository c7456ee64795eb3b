import type { Static, TObject } from 'typebox'
import type { Step } from '../document/runbook.ts'
import type { CheckAnswer, Pending } from '../step/check-answer.ts'
import type { CheckContext } from '../step/context.ts'
import { existingOf } from './existing-of.ts'
import { StepError } from '../step/errors.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { ReadingStepType, StepType, Waiting } from '../step/step-type.ts'
import type { Execution } from './execution.ts'
import { nameOf } from './step-name.ts'
import { Attempts } from './retry.ts'

/** Used where a step type that can answer `pending` says nothing about waiting. */
const standardWaiting: Waiting = { everyMs: 5_000, timeoutMs: 10 * 60_000 }

/** What `check` is told of what happened before. */
export interface KnownEffect {
  readonly effectId: string | undefined
  readonly answer: Json | undefined
  readonly before: Json | undefined
}

export const nothingStarted: KnownEffect = { effectId: undefined, answer: undefined, before: undefined }

/** Runs a reading step: looks until what it looks for has converged. */
export async function look(
  execution: Execution,
  step: Step,
  type: ReadingStepType,
  inputs: JsonObject,
): Promise<JsonObject> {
  const answer = await lookUntilSettled(execution, step, type, inputs, nothingStarted, new Attempts(execution, step))
  if (answer.state === 'satisfied') return answer.outputs
  throw new StepError('bug', `\`${type.name}\` only reads, and answered \`${answer.state}\``)
}

/**
 * Calls `check` until it is no longer `pending`: waiting is the engine's, with the step type's interval and the runbook's
 * or the step type's timeout. Failures to look are retried like any other.
 *
 * @throws {StepError} `timeout`
 */
export async function lookUntilSettled(
  execution: Execution,
  step: Step,
  type: StepType,
  inputs: JsonObject,
  effect: KnownEffect,
  attempts: Attempts,
): Promise<Exclude<CheckAnswer<JsonObject>, Pending>> {
  const { host } = execution
  const waiting = type.wait ?? standardWaiting
  const deadline = host.now() + (step.timeoutMs ?? waiting.timeoutMs)
  for (;;) {
    const answer = await lookOnce(execution, step, type, inputs, effect, attempts)
    if (answer.state !== 'pending') return answer
    const now = host.now()
    if (now >= deadline)
      throw new StepError('timeout', `still waiting: ${answer.what}`, {
        hint: 'look at it, then resume; or give the step a longer `timeout` in a new version',
      })
    host.emit({ type: 'step-waiting', step: nameOf(step), what: answer.what, until: new Date(deadline).toISOString() })
    await host.sleepUntil(Math.min(deadline, now + (answer.lookAgainMs ?? waiting.everyMs)))
  }
}

async function lookOnce(
  execution: Execution,
  step: Step,
  type: StepType,
  inputs: JsonObject,
  effect: KnownEffect,
  attempts: Attempts,
): Promise<CheckAnswer<JsonObject>> {
  const { host } = execution
  for (;;) {
    try {
      const seen = await host.effect(`step/${step.id}/check`, async (signal) => {
        const answer = await type.check(inputs as Static<TObject>, checkContext(execution, step, effect, signal))
        return answer as CheckAnswer<JsonObject> // outputs are checked against the schema before they are recorded
      })
      attempts.looked()
      return seen
    } catch (error) {
      await attempts.lookFailed(error)
    }
  }
}

/** The context of one `check`. */
export function checkContext(execution: Execution, step: Step, effect: KnownEffect, signal: AbortSignal): CheckContext {
  const { runId, runbook, host, targets, artifacts } = execution
  return {
    target: targets.capability(step),
    run: { id: runId, runbook: runbook.name },
    stepId: step.id,
    existing: existingOf(step),
    ...effect,
    artifacts,
    signal,
    now: () => host.now(),
  }
}
