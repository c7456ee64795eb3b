import type { ApprovalRule, Step } from '../document/runbook.ts'
import type { Scope } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'
import { approvalText, digestOf } from './approval-text.ts'
import type { Execution } from './execution.ts'
import type { Approval } from './person-request.ts'
import { type ApprovalRequested, keys } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { nameOf } from './step-name.ts'

/**
 * Passes a step's approval and its point of no return, each journaled.
 *
 * @returns true when a person was asked just now, so that what was seen before may be old
 * @throws {NeedsPerson} `approval`, `confirmation`
 */
export async function passGates(execution: Execution, step: Step, inputs: JsonObject, scope: Scope): Promise<boolean> {
  const asked = step.approval !== undefined && (await approve(execution, step, step.approval, inputs, scope))
  const confirmed = step.pointOfNoReturn !== undefined && (await confirm(execution, step, step.pointOfNoReturn))
  return asked || confirmed
}

/** The approval that stands is the last one asked for, as long as its text is still true; a difference voids it. */
async function approve(
  execution: Execution,
  step: Step,
  rule: ApprovalRule,
  inputs: JsonObject,
  scope: Scope,
): Promise<boolean> {
  const { host } = execution
  let n = 0
  while (host.recall(keys.requested(step.id, n + 1)) !== undefined) n += 1
  let requested = host.recall(keys.requested(step.id, n)) as ApprovalRequested | undefined // written below alone
  if (
    requested !== undefined &&
    requested.text !== (await approvalText(execution, step, rule, requested.head, inputs, scope))
  ) {
    requested = undefined
    n += 1
  }
  if (requested === undefined) {
    const head = host.head().hash
    const text = await approvalText(execution, step, rule, head, inputs, scope)
    requested = { ...rule, head, text, digest: digestOf(text) }
    await host.record(keys.requested(step.id, n), { ...requested })
  }
  if (host.recall(keys.approved(step.id, n)) !== undefined) return false
  host.emit({ type: 'head', at: 'approval', ...host.head() })
  const { text, digest } = requested
  const answer = await host.receive({ kind: 'approval', step: nameOf(step), ...rule, text, digest })
  const approval = answer as unknown as Approval // every host answers an approval request with one
  if (approval.digest !== digest || new Set(approval.by).size < rule.count)
    throw new NeedsPerson('approval', `\`${rule.role}\` has to approve ${rule.count} times, each another person`)
  await host.record(keys.approved(step.id, n), { ...approval })
  host.emit({ type: 'person-answered', step: nameOf(step), kind: 'approval', by: approval.by })
  return true
}

async function confirm(execution: Execution, step: Step, reason: string): Promise<boolean> {
  const { host, targets } = execution
  if (host.recall(keys.confirmed(step.id)) !== undefined) return false
  await targets.verify(step)
  host.emit({ type: 'head', at: 'point-of-no-return', ...host.head() })
  const word = targets.claims(step)[0] ?? step.id
  const answer = await host.receive({ kind: 'confirmation', step: nameOf(step), reason, word })
  if (answer !== word) throw new NeedsPerson('confirmation', `\`${word}\` was to be typed, and was not`)
  await host.record(keys.confirmed(step.id), word)
  host.emit({ type: 'person-answered', step: nameOf(step), kind: 'confirmation', by: [] })
  return true
}
