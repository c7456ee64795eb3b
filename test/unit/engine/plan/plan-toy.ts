import type { Environment } from '../../../../engine/document/environment.ts'
import type { Runbook } from '../../../../engine/document/runbook.ts'
import { RefusedLogins } from '../../../../engine/environment/refused-logins.ts'
import { makePlan } from '../../../../engine/plan/make-plan.ts'
import type { Plan, PlannedStep } from '../../../../engine/plan/plan.ts'
import type { Site } from '../../../crash/toys/site.ts'

/** Plans a runbook at a site. */
export function planAt(site: Site, runbook: Runbook, environment: Environment = site.environment): Promise<Plan> {
  return makePlan({
    runbook,
    environment,
    inputs: {},
    refusedLogins: new RefusedLogins(site.folder),
    ask: () => Promise.resolve(undefined),
    credentialChanged: [],
    toolVersion: '1.0.0',
    signal: new AbortController().signal,
    now: () => site.world.now(),
  })
}

/** A planned step by its id. */
export function stepOf({ steps }: Plan, id: string): PlannedStep {
  const found = steps.find((step) => step.id === id)
  if (found === undefined) throw new Error(`no step ${id}`)
  return found
}
