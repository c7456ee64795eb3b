import { evaluate } from '../expressions/template.ts'
import type { Scope } from '../expressions/value.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { Execution } from './execution.ts'
import { knownMapping } from './known-mapping.ts'
import { keys } from './records.ts'
import { runStep } from './run-step.ts'

/**
 * Runs a runbook from wherever its records end to its end, step by step in document order.
 *
 * @returns the runbook's outputs
 * @throws {StepFailed} a step failed; {NeedsPerson} a person decides; {Interrupted} stopped at a safe point
 */
export async function interpret(execution: Execution): Promise<JsonObject> {
  const { runbook, host, runId, inputs, bindingFacts } = execution
  const steps: Record<string, { readonly outputs: JsonObject }> = {} // grows as steps end; what is missing is unknown
  const known = { inputs, steps, run: { id: runId, runbook: runbook.name, toolSha256: execution.toolSha256 } }
  const scope: Scope = bindingFacts === undefined ? known : { ...known, bindings: bindingFacts }
  for (const step of runbook.steps) steps[step.id] = { outputs: await runStep(execution, step, scope) }
  const ended = await host.record(keys.ended, { outputs: knownMapping(evaluate(runbook.outputs, scope)) })
  return outputsOf(ended)
}

function outputsOf(ended: Json): JsonObject {
  return (ended as { readonly outputs: JsonObject }).outputs // written by `interpret` alone
}
