import type { Static, TObject } from 'typebox'
import type { Step, WaitFor } from '../document/runbook.ts'
import type { CheckAnswer, Pending } from '../step/check-answer.ts'
import type { CheckContext } from '../step/context.ts'
import { attendanceAsked } from './attendance.ts'
import { existingOf } from './existing-of.ts'
import { StepError } from '../step/errors.ts'
import { evaluate } from '../expressions/template.ts'
import type { Scope } from '../expressions/value.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { ReadingStepType, StepType, Waiting } from '../step/step-type.ts'
import type { Execution } from './execution.ts'
import { NeedsPerson } from './run-stop.ts'
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
 * Looks until what a step wants is there and `until` holds; never applies.
 *
 * @throws {NeedsPerson} `conflict`; {StepError} `timeout`
 */
export async function waitFor(
  execution: Execution,
  step: Step,
  wait: WaitFor,
  inputs: JsonObject,
  scope: Scope,
): Promise<JsonObject> {
  const attempts = new Attempts(execution, step)
  const deadline = callDeadline(execution, step)
  for (;;) {
    const answer = await lookOnce(execution, step, step.type, inputs, nothingStarted, attempts, deadline)
    if (answer.state === 'conflict') throw new NeedsPerson('conflict', answer.differs, { hint: answer.hint })
    const holds = (outputs: JsonObject): boolean =>
      wait.until === undefined || evaluate(wait.until, { ...scope, outputs }) === true
    if (answer.state === 'satisfied' && holds(answer.outputs)) return answer.outputs
    await sleepOrTimeOut(execution, step, deadline, wait.everyMs ?? step.type.wait?.everyMs, describe(answer))
  }
}

function describe(answer: CheckAnswer<JsonObject>): string {
  switch (answer.state) {
    case 'satisfied':
      return 'what it waits for does not hold yet'
    case 'pending':
    case 'partial':
      return answer.what
    case 'unknowable':
      return answer.why
    case 'absent':
    case 'different':
    case 'conflict':
      return `it is ${answer.state}`
  }
}

/** When a call or a wait of a step is given up, on the run's clock. */
export function callDeadline({ host }: Execution, step: Step): number {
  return host.now() + (step.timeoutMs ?? step.type.wait?.timeoutMs ?? standardWaiting.timeoutMs)
}

/** The last look begins when the time is over, and has to be able to answer. */
const lastLookMs = 30_000

function lookDeadline(execution: Execution, step: Step, deadline: number): number {
  const { host } = execution
  const wholeMs = callDeadline(execution, step) - host.now()
  return Math.max(deadline, host.now() + Math.min(wholeMs, lastLookMs))
}

async function sleepOrTimeOut(
  { host }: Execution,
  step: Step,
  deadline: number,
  everyMs = standardWaiting.everyMs,
  what: string,
): Promise<void> {
  const now = host.now()
  if (now >= deadline)
    throw new StepError('timeout', `still waiting: ${what}`, {
      hint: 'look at it, then resume; or give the step a longer `timeout` in a new version',
    })
  const until = new Date(deadline).toISOString()
  host.emit({ type: 'step-waiting', step: nameOf(step), what, until, ...attendanceAsked(host, step) })
  await host.sleepUntil(Math.min(deadline, now + everyMs))
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
  const deadline = callDeadline(execution, step)
  for (;;) {
    const answer = await lookOnce(execution, step, type, inputs, effect, attempts, deadline)
    if (answer.state !== 'pending') return answer
    await sleepOrTimeOut(execution, step, deadline, answer.lookAgainMs ?? type.wait?.everyMs, answer.what)
  }
}

async function lookOnce(
  execution: Execution,
  step: Step,
  type: StepType,
  inputs: JsonObject,
  effect: KnownEffect,
  attempts: Attempts,
  deadline: number,
): Promise<CheckAnswer<JsonObject>> {
  const { host } = execution
  for (;;) {
    try {
      const until = lookDeadline(execution, step, deadline)
      const seen = await host.effect(`step/${step.address}/check`, until, async (signal) => {
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
  const { runId, runbook, environment, host, targets, artifacts } = execution
  return {
    target: targets.capability(step),
    run: { id: runId, runbook: runbook.name },
    stepId: step.address,
    existing: existingOf(step),
    sandbox: environment.kind === 'sandbox',
    ...effect,
    artifacts,
    signal,
    now: () => host.now(),
  }
}
