import type { Static, TObject } from 'typebox'
import type { ApprovalRule, Leaf, Manual, Step } from '../document/runbook.ts'
import { digestOf } from '../approval/request-file.ts'
import { checkValue } from '../document/check-value.ts'
import { usesOf } from '../document/walk-entries.ts'
import { isKnown, type Scope, type Value } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'
import { attendanceOf } from './attendance.ts'
import { aheadOf } from './evaluate-ahead.ts'
import type { Execution } from './execution.ts'
import { guardedBy } from './guarded.ts'
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
  const ahead = aheadOf(runbook, step, scope)
  for (const each of guardedBy(runbook, step)) {
    lines.push(
      '',
      ...(await leafText(
        execution,
        each.id === step.id ? step : each,
        each.id === step.id ? inputs : inputsOf(each, ahead),
      )),
    )
  }
  return `${lines.join('\n')}\n`
}

/**
 * What an approval says of each entry behind its gate, as SHA-256 by id: compared when its turn comes. Entries whose inputs were not known
 * then, and those inside a `forEach` of which the gate is no part, are left out: the text named them as unknown.
 */
export async function coveredBy(
  execution: Execution,
  step: Step | Manual,
  scope: Scope,
): Promise<{ readonly [id: string]: string }> {
  const covered: Record<string, string> = {}
  const ahead = aheadOf(execution.runbook, step, scope)
  for (const each of guardedBy(execution.runbook, step)) {
    if (each.id === step.id || each.kind !== 'step') continue
    const inputs = inputsOf(each, ahead)
    if (isKnown(inputs)) covered[each.id] = digestOf((await leafText(execution, each, inputs)).join('\n'))
  }
  return covered
}

/** What {@link coveredBy} has to have said of a step whose turn has come. */
export async function coverOf(execution: Execution, step: Step, inputs: JsonObject): Promise<string> {
  return digestOf((await leafText(execution, { ...step, address: step.id }, inputs)).join('\n'))
}

/** What an entry ahead works on, as far as it is known. */
function inputsOf(leaf: Leaf, ahead: ReturnType<typeof aheadOf>): Value {
  switch (leaf.kind) {
    case 'step':
      return ahead(leaf, leaf.with)
    case 'manual':
      return { instructions: ahead(leaf, leaf.instructions) }
    case 'assert':
      return { holds: leaf.holds.kind === 'expression' ? leaf.holds.expression.text : '' }
    case 'wait':
      return { seconds: leaf.durationMs / 1000 }
  }
}

async function leafText(execution: Execution, step: Leaf, inputs: Value): Promise<string[]> {
  const lines = [`${step.number} ${step.address} (${usesOf(step)}): ${step.title}`]
  if ((step.kind === 'step' || step.kind === 'manual') && step.pointOfNoReturn !== undefined)
    lines.push(`  there is no way back behind it: ${step.pointOfNoReturn}`)
  if (step.kind !== 'step') return [...lines, ...indent(readableValue(inputs))]
  for (const claim of execution.targets.claims(step)) lines.push(`  target  ${claim}`)
  for (const people of attendanceOf(step, inputs) ?? ['known once the inputs are']) lines.push(`  people  ${people}`)
  if (step.type.describe !== undefined && isKnown(inputs) && checkValue(inputs, step.type.inputs).length === 0) {
    const text = await step.type.describe(inputs as Static<TObject>) // checked against the schema just now
    return [...lines, ...indent(text.trimEnd().split('\n'))]
  }
  return [...lines, ...indent(readableValue(inputs))]
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
