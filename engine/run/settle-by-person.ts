import type { Step } from '../document/runbook.ts'
import type { JsonObject } from '../step/json.ts'
import { approve } from './approve.ts'
import { exceptionRule, exceptionText } from './exceptions.ts'
import type { Execution } from './execution.ts'
import { fitSchema } from './fit-schema.ts'
import type { Resolution } from './person-request.ts'
import { readableValue } from './readable-value.ts'
import { type AttemptFailed, keys, type ResolutionRecorded, type StepStarted } from './records.ts'
import type { Missing } from './settle-doubt.ts'
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
  const { key, resolution } = await standingResolution(execution, step, started, why, saw)
  const { claim, outputs, reason, by } = resolution
  const said = claim === 'done' ? 'it was done' : 'it was not done'
  const facts = [
    `effect    ${started.effectId}`,
    `doubt     ${why}`,
    `seen      ${resolution.saw}`,
    `claim     ${said}, says ${by}`,
    `reason    ${reason}`,
    ...(outputs === null ? [] : ['outputs', ...readableValue(outputs).map((line) => `  ${line}`)]),
  ]
  await approve(execution, step, {
    key,
    rule: exceptionRule(execution, step),
    text: (head) => exceptionText(execution, step, 'Settling of the doubt about', facts, head),
  })
  if (claim === 'done' && outputs !== null) return { claim, outputs }
  let n = 0
  while (host.recall(keys.failed(step.address, n)) !== undefined) n += 1
  const failure: AttemptFailed = {
    ...{ code: 'cancelled', message: `not done, says ${by}: ${reason}`, hint: null },
    ...{ outcomeUnknown: false, untouched: true, at: host.now(), facts: {} },
  }
  await host.record(keys.failed(step.address, n), { ...failure })
  await host.record(`${key}/used`, true)
  return { claim: 'not-done' }
}

/** A claim counts for the doubt it was made about: one that was used up by trying again needs a new one. */
async function standingResolution(
  execution: Execution,
  step: Step,
  { effectId }: StepStarted,
  why: string,
  saw: Missing,
): Promise<{ readonly key: string; readonly resolution: ResolutionRecorded }> {
  const { host } = execution
  let n = 0
  while (host.recall(keys.resolution(step.address, n)) !== undefined) n += 1
  const last =
    n === 0 ? undefined : (host.recall(keys.resolution(step.address, n - 1)) as ResolutionRecorded | undefined) // written below alone
  if (last !== undefined && !isUsedUp(execution, step, n - 1))
    return { key: keys.resolution(step.address, n - 1), resolution: last }
  const answer = (await host.receive({
    kind: 'resolution',
    step: nameOf(step),
    effectId,
    n,
    why,
  })) as unknown as Resolution
  if (answer.claim === 'done')
    fitSchema(step.type.outputs, answer.outputs ?? {}, 'invalid', `the outputs claimed for \`${step.address}\``)
  const resolution: ResolutionRecorded = {
    ...{ claim: answer.claim, outputs: answer.claim === 'done' ? (answer.outputs ?? {}) : null },
    ...{ reason: answer.reason, by: answer.by, saw: describe(saw), at: host.now() },
  }
  const key = keys.resolution(step.address, n)
  await host.record(key, { ...resolution })
  return { key, resolution }
}

/** Rejected, or its `not-done` was followed by another try. */
function isUsedUp({ host }: Execution, step: Step, n: number): boolean {
  const key = keys.resolution(step.address, n)
  let asked = 0
  while (host.recall(keys.requested(keys.approval(key, asked + 1))) !== undefined) asked += 1
  if (host.recall(keys.rejected(keys.approval(key, asked))) !== undefined) return true
  return host.recall(`${key}/used`) !== undefined
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
