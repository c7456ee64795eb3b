import type { Assertion, Manual, Pause } from '../document/runbook.ts'
import { evaluate } from '../expressions/template.ts'
import type { Scope, Value } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'
import { DoesNotHold, outputsRead } from './does-not-hold.ts'
import type { Outcome } from './events.ts'
import type { Execution } from './execution.ts'
import { passGates } from './gates.ts'
import type { ManualAnswer } from './person-request.ts'
import { keys, type WaitUntil } from './records.ts'
import { nameOf } from './step-name.ts'

interface Ended {
  readonly outputs: JsonObject
  readonly how: Outcome
}

/** A person does something, and says so by typing what the runbook asks for. */
export async function runManual(execution: Execution, manual: Manual, scope: Scope): Promise<Ended> {
  const { host } = execution
  const instructions = textOf(evaluate(manual.instructions, scope))
  await passGates(execution, manual, { instructions }, scope)
  const { confirm, confirmText, evidence } = manual
  const answer = await host.receive({
    kind: 'manual',
    step: nameOf(manual),
    instructions,
    confirm: confirm ?? { const: manual.id },
    confirmText: confirmText ?? `type \`${manual.id}\` when it is done`,
    evidence,
  })
  const { value, by, ...file } = answer as unknown as ManualAnswer // every host answers a manual request with one
  host.emit({ type: 'person-answered', step: nameOf(manual), kind: 'manual', by: [by] })
  return { outputs: { value, by, ...file }, how: 'by-hand' }
}

/** @throws {DoesNotHold} with the runbook's own words, when it does not hold */
export async function runAssertion(assertion: Assertion, scope: Scope): Promise<Ended> {
  await Promise.resolve()
  if (evaluate(assertion.holds, scope) === true) return { outputs: {}, how: 'looked' }
  throw new DoesNotHold(
    `it does not hold: ${textOf(evaluate(assertion.message, scope))}`,
    'a run keeps what it read: mend the cause, then take this run back with `undo` and begin anew',
    outputsRead([assertion.holds, assertion.message], scope),
  )
}

/** The moment it ends is journaled, so that a resume waits for what is left. */
export async function runPause(execution: Execution, pause: Pause): Promise<Ended> {
  const { host } = execution
  const key = keys.until(pause.address)
  const earlier = host.recall(key) as WaitUntil | undefined // written below alone
  const until = earlier?.until ?? host.now() + pause.durationMs
  if (earlier === undefined) await host.record(key, { until })
  const at = new Date(until).toISOString()
  host.emit({ type: 'step-waiting', step: nameOf(pause), what: 'waiting', until: at })
  await host.sleepUntil(until)
  return { outputs: {}, how: 'looked' }
}

/** The document's check lets nothing but texts through where a text is wanted. */
function textOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
