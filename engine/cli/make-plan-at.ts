import { RefusedLogins } from '../environment/refused-logins.ts'
import type { AskSecret } from '../environment/secrets.ts'
import type { Plan } from '../plan/plan.ts'
import type { StateFolder } from '../run/state-folder.ts'
import type { Site } from './open-site.ts'

export interface PlanningParts {
  readonly state: StateFolder
  readonly ask: AskSecret
  readonly credentialChanged: readonly string[]
  readonly toolVersion: string
  readonly signal: AbortSignal
  readonly now: () => number
}

/** Plans what a runbook would do at a site. */
export async function makePlanAt(site: Site, parts: PlanningParts): Promise<Plan> {
  const { makePlan } = await import('../plan/make-plan.ts')
  const { ask, credentialChanged, toolVersion, signal, now } = parts
  return makePlan({
    ...site,
    refusedLogins: new RefusedLogins(parts.state.path),
    ask,
    credentialChanged,
    toolVersion,
    signal,
    now,
  })
}
