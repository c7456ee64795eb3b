import type { Manual, Step } from '../document/runbook.ts'
import type { Scope } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'
import { approvalText, coveredBy, coverOf } from './approval-text.ts'
import { approve } from './approve.ts'
import { checkAhead } from './check-ahead.ts'
import type { Execution } from './execution.ts'
import { gateBefore } from './guarded.ts'
import { type ApprovalRequested, keys } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { nameOf } from './step-name.ts'
import { passWindow } from './pass-window.ts'

/**
 * Passes what stands before an entry may act: the maintenance window where it changes something, its approval, its point of no return; each journaled.
 *
 * @returns true when a person was asked just now, so that what was seen before may be old
 * @throws {NeedsPerson} `window`, `approval`, `confirmation`
 */
export async function passGates(
  execution: Execution,
  step: Step | Manual,
  inputs: JsonObject,
  scope: Scope,
): Promise<boolean> {
  const { approval, pointOfNoReturn } = step
  const overridden = changesSomething(step) && (await passWindow(execution, step))
  const asked =
    approval !== undefined &&
    (await approve(execution, step, {
      key: keys.gate(step.address),
      rule: approval,
      text: (head) => approvalText(execution, step, approval, head, inputs, scope),
      covers: () => coveredBy(execution, step, scope),
    }))
  const again = step.kind === 'step' && (await approveChanged(execution, step, inputs, scope))
  const confirmed = pointOfNoReturn !== undefined && (await confirm(execution, step, pointOfNoReturn, scope))
  return overridden || asked || again || confirmed
}

/** What only reads needs no window. */
function changesSomething(step: Step | Manual): boolean {
  return step.kind === 'manual' || (step.type.effect !== 'read' && step.wait === undefined)
}

/** A step behind a gate that is no longer what was approved there is approved anew, by the same people. */
async function approveChanged(execution: Execution, step: Step, inputs: JsonObject, scope: Scope): Promise<boolean> {
  const { host, runbook } = execution
  if (step.approval !== undefined || step.pointOfNoReturn !== undefined) return false
  const gate = gateBefore(runbook, step)
  const rule = gate?.approval
  if (gate === undefined || rule === undefined) return false
  let n = 0
  while (host.recall(keys.requested(keys.approval(keys.gate(gate.address), n + 1))) !== undefined) n += 1
  const requested = host.recall(keys.requested(keys.approval(keys.gate(gate.address), n))) as
    ApprovalRequested | undefined // written by `approve` alone
  const covered = requested?.covers[step.id]
  if (covered === undefined || covered === (await coverOf(execution, step, inputs))) return false
  return approve(execution, step, {
    key: keys.gate(step.address),
    rule,
    text: (head) => approvalText(execution, step, rule, head, inputs, scope),
  })
}

/**
 * Targets and everything ahead that can be looked at now are looked at again, each time that it comes here and has not begun; then the
 * target's name is typed, once.
 */
async function confirm(execution: Execution, step: Step | Manual, reason: string, scope: Scope): Promise<boolean> {
  const { host, targets } = execution
  await checkAhead(execution, step, scope)
  if (host.recall(keys.confirmed(step.address)) !== undefined) return false
  host.emit({ type: 'head', at: 'point-of-no-return', ...host.head() })
  const word = (step.kind === 'step' ? targets.claims(step)[0] : undefined) ?? step.id
  const answer = await host.receive({ kind: 'confirmation', step: nameOf(step), reason, word })
  if (answer !== word) throw new NeedsPerson('confirmation', `\`${word}\` was to be typed, and was not`)
  await host.record(keys.confirmed(step.address), word)
  host.emit({ type: 'person-answered', step: nameOf(step), kind: 'confirmation', by: [] })
  return true
}
