import { isDeepStrictEqual } from 'node:util'
import { count } from '../diagnostics/list-names.ts'
import type { Decision, Fidelity, Plan, PlannedStep } from '../plan/plan.ts'
import { readableValue } from '../run/readable-value.ts'
import type { Json } from '../step/json.ts'
import { columns, indent } from './columns.ts'
import { stepText } from './outcome-text.ts'
import type { Paint, Style } from './paint.ts'

/** A plan as reviewers read it, top to bottom. */
export function renderPlan(plan: Plan, paint: Paint): string {
  const { runbook, environment, targets, steps } = plan
  const blocks = [
    columns([
      ['plan', `${plan.id}, expires ${plan.expires}`],
      ['runbook', `${runbook.name} ${runbook.version}: ${runbook.title}`],
      [
        'environment',
        `${environment.name} (${environment.kind === 'production' ? paint('production', 'red') : environment.kind})`,
      ],
      ...Object.entries(targets).map(([binding, claim]) => [binding, claim]),
    ]),
    ...steps.map((step) => stepLines(step, paint)),
    totals(plan),
  ]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const verbs: Readonly<Record<Decision, { readonly text: string; readonly style: Style }>> = {
  look: { text: 'looks', style: 'dim' },
  make: { text: '+ makes', style: 'green' },
  change: { text: '~ changes', style: 'yellow' },
  found: { text: 'found as wanted', style: 'dim' },
  wait: { text: 'waits', style: 'dim' },
  refused: { text: '! refused', style: 'red' },
  conflict: { text: '! conflict', style: 'red' },
  fails: { text: '! fails', style: 'red' },
  run: { text: '? runs', style: 'yellow' },
  skip: { text: 'skipped', style: 'dim' },
  ask: { text: 'a person does it', style: 'yellow' },
  block: { text: '', style: 'dim' },
}

function stepLines(step: PlannedStep, paint: Paint): string[] {
  const { text, style } = verbs[step.decision]
  const after = step.waitsFor.length === 0 ? '' : `: known after ${step.waitsFor.join(', ')}`
  const targets = step.targets.length === 0 ? '' : ` on ${step.targets.join(', ')}`
  const details = [
    `${step.uses}${targets} (${step.fidelity}${after})`,
    ...(step.note === undefined
      ? []
      : [paint(`! ${step.note}`, step.decision === 'wait' || step.decision === 'run' ? 'yellow' : 'red')]),
    ...(step.approval === undefined
      ? []
      : [paint(`approval by ${step.approval.count} of role ${step.approval.role}`, 'yellow')]),
    ...(step.pointOfNoReturn === undefined ? [] : [paint(`point of no return: ${step.pointOfNoReturn}`, 'yellow')]),
    ...indent(step.inputs),
    ...(step.before === undefined && step.after === undefined ? [] : diff(step.before, step.after, paint)),
  ]
  return [`${paint(stepText(step), 'bold')}  ${paint(text, style)}  ${step.title}`, ...indent(details)]
}

/** What goes and what comes; what stays is not shown. */
function diff(before: Json | undefined, after: Json | undefined, paint: Paint): string[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]))
    return changed.flatMap((name) => [
      ...signed('-', only(before, name), paint, 'red'),
      ...signed('+', only(after, name), paint, 'green'),
    ])
  }
  return [...signed('-', before, paint, 'red'), ...signed('+', after, paint, 'green')]
}

function only(value: { readonly [name: string]: Json }, name: string): Json | undefined {
  const member = value[name]
  return member === undefined ? undefined : { [name]: member }
}

function signed(sign: string, value: Json | undefined, paint: Paint, style: Style): string[] {
  return value === undefined ? [] : readableValue(value).map((line) => paint(`${sign} ${line}`, style))
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function totals({ steps, targets }: Plan): string[] {
  const number = (fidelity: Fidelity): number => steps.filter((step) => step.fidelity === fidelity).length
  const logins = Object.keys(targets)
  const stops = steps.find(({ decision }) => decision === 'refused' || decision === 'conflict' || decision === 'fails')
  return [
    `${count(steps.length, 'step')}: ${number('exact')} exact, ${number('estimated')} estimated, ${number('opaque')} opaque`,
    ...(stops === undefined ? [] : [`apply would stop at ${stepText(stops)}: ${stops.note ?? stops.decision}`]),
    logins.length === 0
      ? 'nothing was opened, nothing was changed'
      : `opened and logged in to ${logins.join(', ')}; nothing was changed`,
  ]
}
