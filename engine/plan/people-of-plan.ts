import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { entriesOfRunbook } from '../document/walk-entries.ts'
import type { PlannedPeople, PlannedStep } from './plan.ts'

/**
 * Who must be there for what the plan is to do: approvers, whoever does something by hand, and those whom steps name. Items of a list that
 * ask the same are named once.
 */
export function peopleOfPlan(
  steps: readonly PlannedStep[],
  runbook: Runbook,
  { approvers }: Pick<Environment, 'approvers'>,
): readonly PlannedPeople[] {
  const estimates = new Map([...entriesOfRunbook(runbook)].map(({ id, estimateMs }) => [id, estimateMs]))
  const people = new Map<string, PlannedPeople>()
  const add = (step: PlannedStep, what: PlannedPeople['what'], rest: Omit<PlannedPeople, 'step' | 'what'>): void => {
    const { number, id, title } = step
    const key = JSON.stringify([number, what, rest])
    if (!people.has(key)) people.set(key, { step: { number, id, title }, what, ...rest })
  }
  for (const step of steps) {
    if (step.decision === 'skip') continue
    const { approval, attendance, waitsFor } = step
    if (approval !== undefined)
      add(step, 'approves', {
        who: `${approval.count} of role ${approval.role}`,
        names: approvers.get(approval.role) ?? [],
        goodForMs: approval.expiresMs,
      })
    if (step.decision === 'ask') {
      const takesMs = estimates.get(step.id.replace(/\[.*$/, ''))
      add(step, 'does it', { who: 'who operates', ...(takesMs === undefined ? {} : { takesMs }) })
    }
    if (step.decision === 'found') continue
    for (const who of attendance ?? []) add(step, 'is there', { who })
    if (attendance === null) add(step, 'is there', { who: `known after ${waitsFor.join(', ')}` })
  }
  return [...people.values()]
}
