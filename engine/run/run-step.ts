import type { Step } from '../document/runbook.ts'
import { evaluate } from '../expressions/template.ts'
import type { Scope } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'
import type { ReadingStepType } from '../step/step-type.ts'
import { changeWorld } from './change-world.ts'
import type { Execution } from './execution.ts'
import { knownMapping } from './known-mapping.ts'
import { nameOf } from './step-name.ts'
import { passGates } from './gates.ts'
import { look } from './look.ts'
import { keys, type StepStarted, type StepSucceeded } from './records.ts'
import { failureOf } from './step-failure.ts'
import { fitSchema } from './fit-schema.ts'

/**
 * Brings one step to its end, from wherever its records are.
 *
 * @returns its outputs, journaled
 */
export async function runStep(execution: Execution, step: Step, scope: Scope): Promise<JsonObject> {
  const { host } = execution
  const name = nameOf(step)
  const earlier = host.recall(keys.succeeded(step.id)) as StepSucceeded | undefined // written below alone
  if (earlier !== undefined) {
    host.emit({ type: 'step-already-done', step: name, how: earlier.how })
    return earlier.outputs
  }
  host.safePoint()
  host.emit({ type: 'step-started', step: name, uses: step.type.name })
  try {
    const started = host.recall(keys.started(step.id)) as StepStarted | undefined // written by `changeWorld` alone
    const inputs = started?.inputs ?? knownMapping(evaluate(step.with, scope))
    fitSchema(step.type.inputs, inputs, 'invalid', `the inputs of \`${step.type.name}\``)
    const { outputs, how } =
      step.type.effect === 'read'
        ? await lookBehindGates(execution, step, step.type, inputs, scope)
        : await changeWorld(execution, step, step.type, inputs, scope)
    fitSchema(step.type.outputs, outputs, 'bug', `the outputs of \`${step.type.name}\``)
    await host.record(keys.succeeded(step.id), { outputs, how })
    host.emit({ type: 'step-succeeded', step: name, how, outputs })
    return outputs
  } catch (error) {
    throw failureOf(host, name, error)
  }
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
