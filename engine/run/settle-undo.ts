import type { Step } from '../document/runbook.ts'
import { StepError } from '../step/errors.ts'
import type { Execution } from './execution.ts'
import type { Resolution } from './person-request.ts'
import { keys, type ResolutionRecorded, type StepStarted } from './records.ts'
import { NeedsPerson, StepFailed } from './run-stop.ts'
import { approveClaim, claimLines } from './settle-by-person.ts'
import { type StandingClaim, standingClaim } from './standing-claim.ts'
import { nameOf } from './step-name.ts'

/** It is gone, says a person; or it stays, and the way back ends here. */
export type UndoSettled = { readonly how: 'gone' } | { readonly how: 'stays'; readonly why: string }

/**
 * An effect that cannot be taken back although it should be: a run that can go neither forward nor back has a way out by what a
 * person says, once people approved it.
 *
 * @param failure why it could not be taken back; thrown again when nobody said anything
 */
export async function settleUndo(execution: Execution, step: Step, failure: Error): Promise<UndoSettled> {
  if (!maySettle(failure)) throw failure
  const { host } = execution
  const standing = await standingResolution(execution, step, failure)
  const { claim, by, reason } = standing.claim
  const said = claim === 'done' ? 'it is there, and stays' : 'it is gone'
  await approveClaim(execution, step, standing.key, 'What becomes of the effect, which could not be taken back, of', [
    ...claimLines(standing.claim, said),
  ])
  if (claim === 'done') return { how: 'stays', why: `it could not be taken back, and stays, says ${by}: ${reason}` }
  await host.record(keys.undone(step.address), { how: 'claimed' })
  host.emit({ type: 'undo-ended', step: nameOf(step), how: 'nothing-to-undo' })
  return { how: 'gone' }
}

/** Not where the way back only waits for people, a window or the operator. */
function maySettle(failure: Error): boolean {
  return failure instanceof StepFailed || (failure instanceof NeedsPerson && failure.reason === 'conflict')
}

async function standingResolution(
  execution: Execution,
  step: Step,
  failure: Error,
): Promise<StandingClaim<ResolutionRecorded>> {
  const { host } = execution
  const { recorded, standing } = standingClaim<ResolutionRecorded>(host, (n) => keys.undoResolution(step.address, n))
  if (standing !== undefined) return standing
  const { effectId } = host.recall(keys.started(step.address)) as unknown as StepStarted // what is taken back was started
  const answer = (await askOrThrow(execution, step, failure, {
    ...{ kind: 'resolution', of: 'undo', step: nameOf(step) },
    ...{ effectId, n: recorded, why: `it could not be taken back: ${failure.message}` },
  })) as Resolution // every host answers a resolution request with one
  const claim: ResolutionRecorded = {
    ...{ claim: answer.claim, outputs: answer.outputs, reason: answer.reason, by: answer.by },
    ...{ saw: failure.message, at: host.now() },
  }
  const key = keys.undoResolution(step.address, recorded)
  await host.record(key, { ...claim })
  return { key, claim }
}

/** Nobody has to say anything: it may be mended and tried again. */
async function askOrThrow(
  { host }: Execution,
  step: Step,
  failure: Error,
  request: Parameters<Execution['host']['receive']>[0],
): Promise<unknown> {
  try {
    return await host.receive(request)
  } catch (error) {
    if (!(error instanceof NeedsPerson) || error.reason !== 'in-doubt') throw error
    throw withHint(failure, step, error.hint)
  }
}

function withHint(failure: Error, step: Step, more: string | undefined): Error {
  if (more === undefined) return failure
  const together = (hint: string | undefined): string => `${hint ?? 'mend it, then go on'}; ${more}`
  if (failure instanceof NeedsPerson)
    return new NeedsPerson(failure.reason, failure.message, { step: nameOf(step), hint: together(failure.hint) })
  if (!(failure instanceof StepFailed)) return failure
  const { code, message, hint } = failure.error
  return new StepFailed(failure.step, new StepError(code, message, { hint: together(hint), cause: failure.error }))
}
