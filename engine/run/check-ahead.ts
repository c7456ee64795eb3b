import type { Static, TObject } from 'typebox'
import type { Manual, Step } from '../document/runbook.ts'
import { leavesOf } from '../document/walk-entries.ts'
import { isKnown, type Scope } from '../expressions/value.ts'
import type { CheckAnswer } from '../step/check-answer.ts'
import type { JsonObject } from '../step/json.ts'
import { evaluateAhead } from './evaluate-ahead.ts'
import type { Execution } from './execution.ts'
import { existingOf } from './existing-of.ts'
import { callDeadline, checkContext, nothingStarted } from './look.ts'
import { keys } from './records.ts'
import { NeedsPerson } from './run-stop.ts'

/**
 * Looks, right before a point of no return, whether everything behind it can still be done: the targets of all steps ahead are what
 * they were, and what they would make is not in the way of something else.
 *
 * @throws {NeedsPerson} `conflict`
 */
export async function checkAhead(execution: Execution, here: Step | Manual, scope: Scope): Promise<void> {
  const { host, runbook, targets } = execution
  const ahead = leavesOf(runbook).filter(
    (leaf) => leaf.kind === 'step' && host.recall(keys.succeeded(leaf.address)) === undefined,
  )
  const verified = new Set<string>()
  for (const step of ahead) {
    if (step.kind !== 'step') continue
    for (const claim of targets.claims(step)) {
      if (verified.has(claim)) continue
      await targets.verify(step)
      verified.add(claim)
    }
    if (step.id !== here.id) await refuseObstacle(execution, here, step, scope)
  }
}

async function refuseObstacle(execution: Execution, here: Step | Manual, step: Step, scope: Scope): Promise<void> {
  const { type } = step
  if (
    type.effect === 'read' ||
    step.wait !== undefined ||
    execution.host.recall(keys.started(step.address)) !== undefined
  )
    return
  const inputs = evaluateAhead(execution.runbook, step.with, scope)
  if (!isKnown(inputs)) return
  const answer = (await execution.host.effect(
    `step/${step.address}/check`,
    callDeadline(execution, step),
    // `with` is a mapping, which the grammar wants
    (signal) => type.check(inputs as Static<TObject>, checkContext(execution, step, nothingStarted, signal)),
  )) as CheckAnswer<JsonObject>
  const obstacle =
    answer.state === 'conflict'
      ? answer.differs
      : answer.state === 'satisfied' && existingOf(step) === 'refuse'
        ? 'it is there already'
        : undefined
  if (obstacle === undefined) return
  throw new NeedsPerson(
    'conflict',
    `step ${step.number} ${step.address}, behind this point of no return, could not be done: ${obstacle}`,
    {
      hint: `nothing was done at ${here.number} ${here.address}: remove the obstacle, then go on`,
    },
  )
}
