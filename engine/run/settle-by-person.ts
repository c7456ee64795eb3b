import type { Step } from '../document/runbook.ts'
import type { StepError } from '../step/errors.ts'
import type { JsonObject } from '../step/json.ts'
import { approve } from './approve.ts'
import { exceptionRule, exceptionText } from './exceptions.ts'
import type { Execution } from './execution.ts'
import { fitSchema } from './fit-schema.ts'
import type { RunHost } from './host.ts'
import type { Resolution } from './person-request.ts'
import { readableValue } from './readable-value.ts'
import { type AttemptFailed, keys, type ResolutionRecorded, type StepStarted } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import type { Missing } from './settle-doubt.ts'
import { countAgain, countAnswers } from './standing.ts'
import { type StandingClaim, standingClaim } from './standing-claim.ts'
import { nameOf } from './step-name.ts'

export type Settled = { readonly claim: 'done'; readonly outputs: JsonObject } | { readonly claim: 'not-done' }

/**
 * A doubt that only a person can settle: what they claim is journaled next to what `check` saw, counts once it is approved, and makes
 * the run one that ends with exceptions.
 *
 * @throws {NeedsPerson} `in-doubt`, `approval`; {StepError} `invalid` when the outputs are not those of the step
 */
export async function settleByPerson(
  execution: Execution,
  step: Step,
  started: StepStarted,
  why: string,
  saw: Missing,
): Promise<Settled> {
  const { host } = execution
  const { key, claim: resolution } = await standingResolution(execution, step, started, why, saw)
  await approveClaim(execution, step, key, 'Settling of the doubt about', [
    `effect    ${started.effectId}`,
    `doubt     ${why}`,
    ...claimLines(resolution, resolution.claim === 'done' ? 'it was done' : 'it was not done'),
  ])
  const { claim, outputs, reason, by } = resolution
  if (claim === 'done' && outputs !== null) return { claim, outputs }
  let n = 0
  while (host.recall(keys.failed(step.address, n)) !== undefined) n += 1
  const failure: AttemptFailed = {
    ...{ code: 'cancelled', message: `not done, says ${by}: ${reason}`, hint: null },
    // one record says that nothing was done and that the claim is used up: there is no place between the two for a crash
    ...{ outcomeUnknown: false, untouched: true, at: host.now() },
    facts: { resolution: key, answersTakenBack: countAnswers(host, step.address) },
  }
  await host.record(keys.failed(step.address, n), { ...failure })
  return { claim: 'not-done' }
}

/**
 * The same where somebody may still mend it and try again: when nobody says anything, the run stops as it would have.
 *
 * @param failure what nobody mended yet
 * @throws {NeedsPerson} `failure`, told what can be said about it as well
 */
export async function settleOrMend(
  execution: Execution,
  step: Step,
  started: StepStarted,
  failure: NeedsPerson,
  saw: Missing,
): Promise<Settled> {
  try {
    return await settleByPerson(execution, step, started, failure.message, saw)
  } catch (error) {
    if (!(error instanceof NeedsPerson) || error.reason !== 'in-doubt') throw error
    const hint = [failure.hint ?? 'mend it, then go on', error.hint].filter((each) => each !== undefined).join('; ')
    const { message } = failure.reason === 'in-doubt' ? error : failure
    throw new NeedsPerson(failure.reason, message, { step: nameOf(step), hint, cause: failure.cause })
  }
}

/** No look at a step works, so that what became of it is in doubt, however long one tries. */
export function settleUnseen(
  execution: Execution,
  step: Step,
  started: StepStarted,
  failure: StepError,
): Promise<Settled> {
  const why = `no look at it works: ${failure.message}`
  const doubt = new NeedsPerson('in-doubt', why, { hint: failure.hint, cause: failure })
  return settleOrMend(execution, step, started, doubt, { state: 'unknowable', why })
}

/** Which doubt about a step this is: a claim counts for the doubt that it was made about. */
export function doubtNumber(host: Pick<RunHost, 'recall'>, address: string): number {
  const { recorded } = standingClaim(host, (n) => keys.resolution(address, n))
  return recorded + countAgain(host, address)
}

/** What somebody said about it, unless it was rejected, or used up by trying again. */
export function standingResolutionOf(
  host: Pick<RunHost, 'recall'>,
  address: string,
): ReturnType<typeof standingClaim<ResolutionRecorded>> {
  return standingClaim<ResolutionRecorded>(
    host,
    (n) => keys.resolution(address, n),
    (key) => isUsed(host, address, key),
  )
}

/** Lets people approve what one of them claims, who is not among them. */
export async function approveClaim(
  execution: Execution,
  step: Step,
  key: string,
  what: string,
  facts: readonly string[],
): Promise<void> {
  const { by } = execution.host.recall(key) as unknown as { readonly by: string } // a claim names its author
  const operators = [...new Set([...execution.operators, by])]
  await approve({ ...execution, operators }, step, {
    key,
    rule: exceptionRule(execution, step),
    text: (head) => exceptionText(execution, step, what, facts, head),
  })
}

export function claimLines({ saw, by, reason, outputs }: ResolutionRecorded, said: string): readonly string[] {
  return [
    `seen      ${saw}`,
    `claim     ${said}, says ${by}`,
    `reason    ${reason}`,
    ...(outputs === null ? [] : ['outputs', ...readableValue(outputs).map((line) => `  ${line}`)]),
  ]
}

/** One that was used up by trying again, or rejected, needs a new one. */
async function standingResolution(
  execution: Execution,
  step: Step,
  { effectId }: StepStarted,
  why: string,
  saw: Missing,
): Promise<StandingClaim<ResolutionRecorded>> {
  const { host } = execution
  const { address } = step
  const { recorded, standing } = standingResolutionOf(host, address)
  if (standing !== undefined) return standing
  const answer = (await host.receive({
    ...{ kind: 'resolution', of: 'step', step: nameOf(step) },
    ...{ effectId, n: doubtNumber(host, address), why },
  })) as unknown as Resolution // every host answers a resolution request with one
  if (answer.claim === 'done')
    fitSchema(step.type.outputs, answer.outputs ?? {}, 'invalid', `the outputs claimed for \`${address}\``)
  const claim: ResolutionRecorded = {
    ...{ claim: answer.claim, outputs: answer.claim === 'done' ? (answer.outputs ?? {}) : null },
    ...{ reason: answer.reason, by: answer.by, saw: describe(saw), at: host.now() },
  }
  const key = keys.resolution(address, recorded)
  await host.record(key, { ...claim })
  return { key, claim }
}

/** Its `not-done` was followed by another try. */
function isUsed(host: Pick<RunHost, 'recall'>, address: string, key: string): boolean {
  for (let n = 0; ; n += 1) {
    const failed = host.recall(keys.failed(address, n)) as AttemptFailed | undefined // written by the kernel alone
    if (failed === undefined) return false
    if (failed.facts['resolution'] === key) return true
  }
}

function describe(saw: Missing): string {
  switch (saw.state) {
    case 'unknowable':
      return `cannot be seen: ${saw.why}`
    case 'partial':
      return `half of it: ${saw.what}`
    case 'different':
      return 'something that differs'
    case 'absent':
      return 'not there'
  }
}
