import type { Step } from '../document/runbook.ts'
import type { Absent, Different, Partial, Unknowable } from '../step/check-answer.ts'
import { StepError } from '../step/errors.ts'
import type { ChangingStepType } from '../step/step-type.ts'
import type { Execution } from './execution.ts'
import type { StepStarted } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { firstPossibleAt, type Standing } from './standing.ts'

/** Answers of `check` to which `apply` may be the next thing. */
export type Missing = Absent | Different | Partial | Unknowable

/**
 * Decides what an effect that should be there and is not means.
 *
 * @param appliedHere whether this process applied it and had an answer
 * @returns true: apply (again); false: look again, some waiting was done
 * @throws {NeedsPerson} `in-doubt`
 */
export async function mayApplyAgain(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  answer: Missing,
  started: StepStarted,
  standing: Standing,
  appliedHere: boolean,
): Promise<boolean> {
  const { host } = execution
  if (standing.state === 'untouched') return true
  if (answer.state === 'partial') {
    if (!appliedHere) return true
    // completing it again and again would be destroying and making without end
    throw new StepError('conflict', `it was applied and acknowledged, and is there by half: ${answer.what}`, {
      hint: 'look at it; resuming completes it once more',
    })
  }
  const doubt = (why: string): NeedsPerson =>
    new NeedsPerson('in-doubt', `begun, and whether it happened cannot be told: ${why}`, {
      hint: `look for effect \`${started.effectId}\` yourself; settling a doubt by hand is not in this version`,
    })
  if (answer.state === 'unknowable') {
    if (standing.state === 'answered')
      throw new StepError('bug', `\`${type.name}\` was applied and answered \`unknowable\`: ${answer.why}`)
    if (type.effect === 'once' && !replayIsSafe(execution, step, type, started)) throw doubt(answer.why)
    return true
  }
  if (standing.state === 'doubtful' && replayIsSafe(execution, step, type, started)) return true
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

/** Whether the service still knows the idempotency token of the first request that may have arrived. */
function replayIsSafe({ host }: Execution, step: Step, type: ChangingStepType, started: StepStarted): boolean {
  if (type.replayWindowMs === undefined) return false
  return host.now() < firstPossibleAt(host, step, started) + type.replayWindowMs
}
