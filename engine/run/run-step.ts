import type { Step } from '../document/runbook.ts'
import { evaluate } from '../expressions/template.ts'
import type { Scope } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'
import type { ReadingStepType } from '../step/step-type.ts'
import { recordAttendance } from './attendance.ts'
import { changeWorld } from './change-world.ts'
import type { Outcome } from './events.ts'
import type { Execution } from './execution.ts'
import { fitSchema } from './fit-schema.ts'
import { passGates } from './gates.ts'
import { knownMapping } from './known-mapping.ts'
import { look, waitFor } from './look.ts'
import { openTargets } from './open-targets.ts'
import { keys, type StepStarted } from './records.ts'

/**
 * Runs a step type from wherever the step's records are.
 *
 * @returns its outputs, which the caller journals
 */
export async function runStep(
  execution: Execution,
  step: Step,
  scope: Scope,
): Promise<{ readonly outputs: JsonObject; readonly how: Outcome }> {
  const started = execution.host.recall(keys.started(step.address)) as StepStarted | undefined // written by `changeWorld` alone
  const inputs = started?.inputs ?? knownMapping(evaluate(step.with, scope))
  fitSchema(step.type.inputs, inputs, 'invalid', `the inputs of \`${step.type.name}\``)
  await openTargets(execution, step)
  await recordAttendance(execution, step, inputs)
  const ended = await runType(execution, step, inputs, scope)
  fitSchema(
    step.type.outputs,
    ended.outputs,
    ended.how === 'claimed' ? 'invalid' : 'bug',
    `the outputs of \`${step.type.name}\``,
  )
  return ended
}

async function runType(execution: Execution, step: Step, inputs: JsonObject, scope: Scope) {
  const { type, wait } = step
  if (wait !== undefined)
    return { outputs: await waitFor(execution, step, wait, inputs, scope), how: 'looked' as const }
  return type.effect === 'read'
    ? lookBehindGates(execution, step, type, inputs, scope)
    : changeWorld(execution, step, type, inputs, scope)
}

/** A program that only looks may still be one that people want to be asked about. */
async function lookBehindGates(
  execution: Execution,
  step: Step,
  type: ReadingStepType,
  inputs: JsonObject,
  scope: Scope,
): Promise<{ readonly outputs: JsonObject; readonly how: 'looked' }> {
  if (await passGates(execution, step, inputs, scope)) execution.host.safePoint()
  return { outputs: await look(execution, step, type, inputs), how: 'looked' }
}
