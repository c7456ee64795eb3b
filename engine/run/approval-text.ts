import { createHash } from 'node:crypto'
import type { Static, TObject } from 'typebox'
import type { ApprovalRule, Leaf, Manual, Step } from '../document/runbook.ts'
import { checkValue } from '../document/check-value.ts'
import { leavesOf, usesOf } from '../document/walk-entries.ts'
import { isKnown, type Scope, type Value } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'
import { evaluateAhead } from './evaluate-ahead.ts'
import type { Execution } from './execution.ts'
import { readableValue } from './readable-value.ts'

/**
 * What approvers read and what an approval binds to: runbook, environment, run, step, target identity, journal head, and the
 * resolved inputs of all steps up to the next gate, with what is not known yet named. The same facts give the same text.
 */
export async function approvalText(
  execution: Execution,
  step: Step | Manual,
  rule: ApprovalRule,
  head: string,
  inputs: JsonObject,
  scope: Scope,
): Promise<string> {
  const { runbook, environment, runId } = execution
  const lines = [
    `Approval of step ${step.number} ${step.address}: ${step.title}`,
    `by ${rule.count} of role ${rule.role}`,
    '',
    `runbook      ${runbook.name} ${runbook.version}, SHA-256 ${runbook.source.sha256}`,
    `environment  ${environment.name} (${environment.kind})`,
    `run          ${runId}`,
    `journal head ${head}`,
  ]
  const leaves = leavesOf(runbook)
  const guarded = leaves.slice(leaves.findIndex(({ id }) => id === step.id))
  const nextGate = guarded.findIndex((later, at) => at > 0 && isGate(later))
  for (const each of nextGate === -1 ? guarded : guarded.slice(0, nextGate)) {
    lines.push(
      '',
      ...(await leafText(
        execution,
        each.id === step.id ? step : each,
        each.id === step.id ? inputs : inputsOf(execution, each, scope),
      )),
    )
  }
  return `${lines.join('\n')}\n`
}

/** SHA-256 of the text in UTF-8, hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function isGate(leaf: Leaf): boolean {
  return (
    (leaf.kind === 'step' || leaf.kind === 'manual') &&
    (leaf.approval !== undefined || leaf.pointOfNoReturn !== undefined)
  )
}

/** What an entry ahead works on, as far as it is known. */
function inputsOf({ runbook }: Execution, leaf: Leaf, scope: Scope): Value {
  switch (leaf.kind) {
    case 'step':
      return evaluateAhead(runbook, leaf.with, scope)
    case 'manual':
      return { instructions: evaluateAhead(runbook, leaf.instructions, scope) }
    case 'assert':
      return { holds: leaf.holds.kind === 'expression' ? leaf.holds.expression.text : '' }
    case 'wait':
      return { seconds: leaf.durationMs / 1000 }
  }
}

async function leafText(execution: Execution, step: Leaf, inputs: Value): Promise<string[]> {
  const lines = [`${step.number} ${step.address} (${usesOf(step)}): ${step.title}`]
  if (step.kind !== 'step') return [...lines, ...indent(readableValue(inputs))]
  for (const claim of execution.targets.claims(step)) lines.push(`  target  ${claim}`)
  if (step.type.describe !== undefined && isKnown(inputs) && checkValue(inputs, step.type.inputs).length === 0) {
    const text = await step.type.describe(inputs as Static<TObject>) // checked against the schema just now
    return [...lines, ...indent(text.trimEnd().split('\n'))]
  }
  return [...lines, ...indent(readableValue(inputs))]
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
