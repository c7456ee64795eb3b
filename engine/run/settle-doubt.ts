import type { Step } from '../document/runbook.ts'
import type { Absent, Different, Partial, Unknowable } from '../step/check-answer.ts'
import { StepError } from '../step/errors.ts'
import type { ChangingStepType } from '../step/step-type.ts'
import type { Execution } from './execution.ts'
import type { StepStarted } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { firstPossibleAt, type Standing } from './standing.ts'

/**
 * Apply (again); the same, and it is sure by now that nothing was done before; look again, some waiting was done; or nobody but a
 * person can tell, and why.
 */
export type Next = 'apply' | 'not-done' | 'look' | { readonly doubt: string | NeedsPerson }

/** Answers of `check` to which `apply` may be the next thing. */
export type Missing = Absent | Different | Partial | Unknowable

/**
 * Decides what an effect that should be there and is not means.
 *
 * @param appliedHere whether this process applied it and had an answer
 * @param sentNext what the last request of this process was for, where `partial` named it
 * @returns what to do next; `doubt`: a person has to settle it, or may, where it can be mended as well
 */
export async function mayApplyAgain(
  execution: Execution,
  step: Step,
  type: ChangingStepType,
  answer: Missing,
  started: StepStarted,
  standing: Standing,
  appliedHere: boolean,
  sentNext: string | undefined,
): Promise<Next> {
  const { host } = execution
  if (standing.state === 'untouched') return 'apply'
  if (answer.state === 'partial') {
    const { what, next } = answer
    if (!appliedHere || (next !== undefined && next !== sentNext)) return 'apply'
    // completing it again and again would be destroying and making without end
    if (next === undefined || standing.state === 'answered')
      throw new StepError('conflict', `it was applied and acknowledged, and is there by half: ${what}`, {
        hint: 'look at it; resuming completes it once more',
      })
  }
  if (answer.state === 'unknowable') {
    if (standing.state === 'answered')
      throw new StepError('bug', `\`${type.name}\` was applied and answered \`unknowable\`: ${answer.why}`)
    if (type.effect === 'once' && !replayIsSafe(execution, step, type, started)) return { doubt: answer.why }
    return 'apply'
  }
  if (standing.state === 'doubtful' && replayIsSafe(execution, step, type, started)) return 'apply'
  if (type.settleMs === 'never') return { doubt: 'the service lists nothing by which it could be found' }
  const settled = standing.since + type.settleMs
  if (host.now() < settled) {
    await host.sleepUntil(Math.min(settled, host.now() + (type.wait?.everyMs ?? 5_000)))
    return 'look'
  }
  if (standing.state === 'answered')
    return {
      doubt: new NeedsPerson('conflict', 'it was applied and acknowledged, and is not there now', {
        hint: 'look whether somebody else removed it',
      }),
    }
  return 'not-done'
}

/** Whether the service still knows the idempotency token of the first request that may have arrived. */
function replayIsSafe({ host }: Execution, step: Step, type: ChangingStepType, started: StepStarted): boolean {
  if (type.replayWindowMs === undefined) return false
  return host.now() < firstPossibleAt(host, step, started) + type.replayWindowMs
}
