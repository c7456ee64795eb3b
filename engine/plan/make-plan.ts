import type { Environment, InputValues } from '../document/environment.ts'
import { bindingsAtStart } from '../document/bindings-of.ts'
import type { Runbook } from '../document/runbook.ts'
import { openBindings, type OpenedBindings } from '../environment/open-bindings.ts'
import type { RefusedLogins } from '../environment/refused-logins.ts'
import type { AskSecret } from '../environment/secrets.ts'
import { targetBoard } from '../environment/target-board.ts'
import type { Scope } from '../expressions/value.ts'
import { runBegun } from '../run/begin-run.ts'
import { stepScope } from '../run/step-scope.ts'
import { peopleOfPlan } from './people-of-plan.ts'
import { planId } from './plan-id.ts'
import type { Plan, PlannedStep } from './plan.ts'
import { planEntries, type Planning } from './plan-entries.ts'
import type { Lookout } from './plan-step.ts'

export interface PlanParts {
  readonly runbook: Runbook
  readonly environment: Environment
  readonly inputs: InputValues
  readonly refusedLogins: RefusedLogins
  readonly ask: AskSecret
  readonly credentialChanged: readonly string[]
  readonly toolVersion: string
  readonly signal: AbortSignal
  /** Milliseconds since the epoch on the run's clock. */
  readonly now: () => number
}

/** How long a reviewed plan may be applied. */
const validMs = 7 * 24 * 60 * 60_000

/**
 * Plans a runbook: opens and verifies the targets, which logs in, and looks. Nothing but `check` of a step type is called.
 *
 * @throws {BindingError}
 */
export async function makePlan(parts: PlanParts): Promise<Plan> {
  const { runbook, environment, inputs, toolVersion } = parts
  await using bindings = await openBindings(environment, bindingsAtStart(runbook), {
    ...parts,
    runId: undefined,
    sandbox: environment.sandbox !== undefined,
  })
  const lookout: Lookout = {
    runbook,
    targets: targetBoard(environment, bindings),
    signal: parts.signal,
    sandbox: environment.kind === 'sandbox',
    now: parts.now,
  }
  const begun = runBegun({ runId: '', runbook, environment, inputs, toolVersion, plan: null })
  const steps = await planSteps(lookout, inputs)
  const created = new Date()
  const plan = {
    format: 1 as const,
    created: created.toISOString(),
    expires: new Date(created.getTime() + validMs).toISOString(),
    runbook: begun.runbook,
    environment: begun.environment,
    inputs: begun.inputs,
    tool: begun.tool,
    stepTypes: begun.stepTypes,
    scripts: begun.scripts ?? {},
    targets: begun.targets,
    ...notOpened(runbook, bindings.opened),
    steps,
    people: peopleOfPlan(steps, runbook, environment),
  }
  return { ...plan, id: planId(plan) }
}

/** What the run makes and is not there yet. */
function notOpened({ bindings }: Runbook, opened: OpenedBindings['opened']): Pick<Plan, 'notOpened'> {
  const later = [...bindings].flatMap(([name, { madeBy }]) =>
    madeBy === undefined || opened.has(name) ? [] : [[name, madeBy] as const],
  )
  return later.length === 0 ? {} : { notOpened: Object.fromEntries(later) }
}

async function planSteps(lookout: Lookout, inputs: InputValues): Promise<readonly PlannedStep[]> {
  const { runbook } = lookout
  const planning: Planning = { lookout, planned: [], changed: new Map() }
  const scope: Scope = {
    inputs,
    steps: stepScope(),
    run: { id: '', runbook: runbook.name, toolSha256: '' }, // the id is never read, see `evaluateBeforeRun`
  }
  await planEntries(planning, runbook.steps, scope)
  await planEntries(planning, runbook.finally, scope)
  return planning.planned
}
