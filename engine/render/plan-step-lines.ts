import type { Decision, PlannedStep } from '../plan/plan.ts'
import { count } from '../diagnostics/list-names.ts'
import { indent } from './columns.ts'
import { elapsed } from './elapsed.ts'
import { stepText } from './outcome-text.ts'
import type { Paint, Style } from './paint.ts'
import { planDiff } from './plan-diff.ts'

/** One entry of a plan: its line, and what is said of it below. */
export interface PlannedLines {
  readonly headline: string
  readonly details: readonly string[]
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
  block: { text: 'in this order', style: 'dim' },
}

export function planStepLines(step: PlannedStep, paint: Paint): PlannedLines {
  const verb = paint(verbOf(step), verbs[step.decision].style)
  return {
    headline: `${paint(stepText(step), 'bold')}  ${verb}  ${step.title}`,
    details: [...indent(detailsOf(step, paint))],
  }
}

function verbOf({ decision, uses, durationMs, items }: PlannedStep): string {
  const { text } = verbs[decision]
  if (durationMs !== undefined) return `${text} ${elapsed(durationMs)}`
  if (decision !== 'block') return text
  if (uses === 'parallel') return 'at the same time'
  if (uses !== 'forEach') return text
  return items === undefined ? 'for each item' : `for each of ${count(items, 'item')}`
}

function detailsOf(step: PlannedStep, paint: Paint): readonly string[] {
  const { decision, condition } = step
  if (decision === 'skip') return condition === undefined ? [] : [`does not hold: ${condition}`]
  const isLeafOfItsOwn = decision === 'block' || step.uses === 'wait' || step.uses === 'manual'
  const after = step.waitsFor.length === 0 ? '' : `: known after ${step.waitsFor.join(', ')}`
  const targets = step.targets.length === 0 ? '' : ` on ${step.targets.join(', ')}`
  return [
    ...(isLeafOfItsOwn && step.fidelity === 'exact' ? [] : [`${step.uses}${targets} (${step.fidelity}${after})`]),
    ...(condition === undefined ? [] : [paint(`only if ${condition}`, 'yellow')]),
    ...(step.note === undefined ? [] : [paint(`! ${step.note}`, isWarning(decision) ? 'yellow' : 'red')]),
    ...(step.approval === undefined
      ? []
      : [paint(`approval by ${step.approval.count} of role ${step.approval.role}`, 'yellow')]),
    ...peopleOf(step).map((people) => paint(`people: ${people}`, 'yellow')),
    ...(step.pointOfNoReturn === undefined ? [] : [paint(`point of no return: ${step.pointOfNoReturn}`, 'yellow')]),
    ...(step.items === undefined ? indent(step.inputs) : []), // each item is named by its steps
    ...(step.before === undefined && step.after === undefined ? [] : planDiff(step.before, step.after, paint)),
  ]
}

function peopleOf({ decision, attendance }: PlannedStep): readonly string[] {
  if (decision === 'found') return []
  return attendance === null ? ['known once the inputs are'] : (attendance ?? [])
}

function isWarning(decision: Decision): boolean {
  return decision === 'wait' || decision === 'run' || decision === 'block'
}
