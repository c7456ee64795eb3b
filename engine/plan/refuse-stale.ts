import { isDeepStrictEqual } from 'node:util'
import { NeedsPerson } from '../run/run-stop.ts'
import { glanceAtRuns } from '../run/run-summary.ts'
import type { StateFolder } from '../run/state-folder.ts'
import type { Plan } from './plan.ts'

/**
 * Refuses a plan that is not what would happen now, or that was used: `apply PLAN` does what was reviewed or nothing. A
 * plan is used once per state folder.
 *
 * @param now a plan of the same runbook, made a moment ago
 * @throws {NeedsPerson} `stale-plan`, naming each drift
 */
export async function refuseStale(reviewed: Plan, now: Plan, state: StateFolder): Promise<void> {
  const drift = driftBetween(reviewed, now)
  const used = (await glanceAtRuns(state)).find(({ begun }) => begun.plan === reviewed.id)
  if (used !== undefined) drift.push(`it was used by run \`${used.begun.run}\``)
  if (drift.length === 0) return
  throw new NeedsPerson('stale-plan', `plan \`${reviewed.id}\` is stale: ${drift.join('; ')}`, {
    hint: 'make a new plan and have it reviewed',
  })
}

function driftBetween(reviewed: Plan, now: Plan): string[] {
  const drift: string[] = []
  if (now.created > reviewed.expires) drift.push(`it expired ${reviewed.expires}`)
  if (now.runbook.sha256 !== reviewed.runbook.sha256) drift.push(`runbook \`${reviewed.runbook.path}\` changed`)
  if (now.environment.sha256 !== reviewed.environment.sha256)
    drift.push(`environment \`${reviewed.environment.path}\` changed`)
  if (now.tool !== reviewed.tool) drift.push(`it was made by version ${reviewed.tool}, and this is ${now.tool}`)
  if (!isDeepStrictEqual(now.stepTypes, reviewed.stepTypes)) drift.push('step types changed their versions')
  if (!isDeepStrictEqual(now.scripts, reviewed.scripts)) drift.push('scripts changed')
  if (!isDeepStrictEqual(now.inputs, reviewed.inputs)) drift.push('the inputs are others')
  if (!isDeepStrictEqual(now.targets, reviewed.targets)) drift.push('the targets are others')
  const before = new Map(reviewed.steps.map((step) => [step.id, step]))
  const ids = new Set(now.steps.map(({ id }) => id))
  for (const { id, number } of reviewed.steps)
    if (!ids.has(id)) drift.push(`step ${number} \`${id}\`, which was reviewed, is not there any more`)
  for (const step of now.steps) {
    const was = before.get(step.id)
    if (was?.decision !== step.decision)
      drift.push(
        `step ${step.number} \`${step.id}\` would \`${step.decision}\`, and was reviewed as \`${was?.decision ?? 'absent'}\``,
      )
    else if (!isDeepStrictEqual(was.outputs, step.outputs))
      drift.push(`step ${step.number} \`${step.id}\` sees something else than what was reviewed`)
  }
  return drift
}
