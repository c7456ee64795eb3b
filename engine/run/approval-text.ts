import { createHash } from 'node:crypto'
import type { Static, TObject } from 'typebox'
import type { ApprovalRule, Step } from '../document/runbook.ts'
import { evaluate } from '../expressions/template.ts'
import { isKnown, type Scope, type Value } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'
import type { Execution } from './execution.ts'
import { readableValue } from './readable-value.ts'

/**
 * What approvers read and what an approval binds to: runbook, environment, run, step, target identity, journal head, and the
 * resolved inputs of all steps up to the next gate, with what is not known yet named. The same facts give the same text.
 */
export async function approvalText(
  execution: Execution,
  step: Step,
  rule: ApprovalRule,
  head: string,
  inputs: JsonObject,
  scope: Scope,
): Promise<string> {
  const { runbook, environment, runId } = execution
  const lines = [
    `Approval of step ${step.number} ${step.id}: ${step.title}`,
    `by ${rule.count} of role ${rule.role}`,
    '',
    `runbook      ${runbook.name} ${runbook.version}, SHA-256 ${runbook.source.sha256}`,
    `environment  ${environment.name} (${environment.kind})`,
    `run          ${runId}`,
    `journal head ${head}`,
  ]
  const guarded = runbook.steps.slice(runbook.steps.indexOf(step))
  const nextGate = guarded.findIndex((later, at) => at > 0 && isGate(later))
  for (const each of nextGate === -1 ? guarded : guarded.slice(0, nextGate)) {
    lines.push('', ...(await stepText(execution, each, each === step ? inputs : evaluate(each.with, scope))))
  }
  return `${lines.join('\n')}\n`
}

/** SHA-256 of the text in UTF-8, hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function isGate(step: Step): boolean {
  return step.approval !== undefined || step.pointOfNoReturn !== undefined
}

async function stepText(execution: Execution, step: Step, inputs: Value): Promise<string[]> {
  const lines = [`${step.number} ${step.id} (${step.type.name}): ${step.title}`]
  for (const claim of execution.targets.claims(step)) lines.push(`  target  ${claim}`)
  if (step.type.describe !== undefined && isKnown(inputs)) {
    const text = await step.type.describe(inputs as Static<TObject>) // checked against the schema before the gate
    return [...lines, ...indent(text.trimEnd().split('\n'))]
  }
  return [...lines, ...indent(readableValue(inputs))]
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
