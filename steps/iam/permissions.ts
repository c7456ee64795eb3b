import { StepError } from '../../engine/step/errors.ts'
import type { Json } from '../../engine/step/json.ts'
import { definePreflightLook, type Finding, type PreflightStep } from '../../engine/step/preflight.ts'
import { policySourceOf } from './policy-source.ts'
import type { EvaluationResult } from './client.ts'
import { simulate, type Wanted } from './simulate.ts'

/** Simulates every action that the steps of an account declare. */
export const permissions = definePreflightLook({
  name: 'permissions',
  summary: 'Lets AWS IAM simulate each action that the steps need',
  capability: 'aws',
  async look(target, { steps, signal }): Promise<readonly Finding[]> {
    const stepsOf = stepsByAction(steps)
    if (stepsOf.size === 0) return []
    try {
      const source = await policySourceOf(target, signal)
      if ('why' in source) return [{ what: 'permissions', verdict: 'unknown', detail: source.why }]
      const results: EvaluationResult[] = []
      for (const wanted of groups(stepsOf)) results.push(...(await simulate(target, signal, source.arn, wanted)))
      return findings(results, stepsOf, source.arn)
    } catch (error) {
      if (!StepError.is(error) || error.code !== 'denied') throw error
      const hint = 'allow `iam:SimulatePrincipalPolicy` and `iam:GetRole` on that user or role, or ask who may'
      return [{ what: 'permissions', verdict: 'unknown', detail: `could not be simulated: ${error.message}`, hint }]
    }
  },
})

type StepsByAction = ReadonlyMap<string, readonly PreflightStep[]>

/** What follows the action, in parentheses, is for people. */
function stepsByAction(steps: readonly PreflightStep[]): StepsByAction {
  const found = new Map<string, PreflightStep[]>()
  for (const step of steps)
    for (const permission of step.permissions) {
      const action = /^([a-z0-9-]+:[A-Za-z0-9]+)(?: |$)/.exec(permission)?.[1]
      if (action !== undefined) found.set(action, [...(found.get(action) ?? []), step])
    }
  return found
}

/** Actions whose resources are known before the run are asked for those, the others for any. */
function groups(stepsOf: StepsByAction): readonly Wanted[] {
  const byResources = new Map<string, { readonly actions: string[]; readonly resources: readonly string[] }>()
  for (const [action, steps] of stepsOf) {
    const [service = ''] = action.split(':')
    const known = steps.map(({ inputs }) => arnsIn(inputs).filter((arn) => arn.split(':')[2] === service))
    // where one of the steps does not know its resource yet, any has to do for all
    const resources = known.every((arns) => arns.length > 0) ? [...new Set(known.flat())].sort() : []
    const key = resources.join(' ')
    const group = byResources.get(key) ?? { actions: [], resources }
    group.actions.push(action)
    byResources.set(key, group)
  }
  return [...byResources.values()]
}

function arnsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return /^arn:[^:]+:[^:]+:[^:]*:[^:]*:\S+$/.test(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((member: Json) => arnsIn(member))
}

/** What is allowed in one line, each other action in its own. */
function findings(results: readonly EvaluationResult[], stepsOf: StepsByAction, source: string): readonly Finding[] {
  const others = results.flatMap((result) => notAllowed(result, stepsOf, source) ?? [])
  const refused = new Set(others.map(({ what }) => what))
  const allowed = [...stepsOf.keys()].filter(
    (action) => !refused.has(nameOf(action)) && results.some(({ EvalActionName }) => EvalActionName === action),
  )
  const untold = [...stepsOf.keys()].filter((action) =>
    results.every(({ EvalActionName }) => EvalActionName !== action),
  )
  const actions = `${allowed.length} ${allowed.length === 1 ? 'action' : 'actions'}`
  return [
    ...(allowed.length === 0
      ? []
      : [{ what: 'permissions', verdict: 'good' as const, detail: `\`${source}\` may do ${actions} of the steps` }]),
    ...others,
    ...untold.map((action) => ({
      what: nameOf(action),
      verdict: 'unknown' as const,
      detail: 'IAM did not decide on it',
    })),
  ]
}

function nameOf(action: string): string {
  return `permission ${action}`
}

/** @returns `undefined` where it is allowed */
function notAllowed(result: EvaluationResult, stepsOf: StepsByAction, source: string): Finding | undefined {
  const { EvalActionName: action = '', EvalDecision: decision, EvalResourceName: resource = '*' } = result
  const what = nameOf(action)
  const steps = (stepsOf.get(action) ?? []).map(({ id }) => `\`${id}\``)
  const on = resource === '*' ? '' : ` on \`${resource}\``
  const needed = `needed by ${[...new Set(steps)].join(', ')}`
  if (result.OrganizationsDecisionDetail?.AllowedByOrganizations === false)
    return {
      ...{ what, verdict: 'bad', detail: `a service control policy does not allow it${on}; ${needed}` },
      hint: "ask who keeps the organization's policies",
    }
  if (decision === 'allowed') return undefined
  const missing = result.MissingContextValues ?? []
  if (decision === 'implicitDeny' && missing.length > 0)
    return { what, verdict: 'unknown', detail: `depends on ${missing.join(', ')} of the request; ${needed}` }
  if (decision === 'explicitDeny')
    return {
      ...{ what, verdict: 'bad', detail: `a policy denies it to \`${source}\`${on}; ${needed}` },
      hint: 'change the policy that denies it, or run as somebody else',
    }
  const any = on === '' ? '; if it is allowed for single resources, make sure that theirs are among them' : ''
  return {
    ...{ what, verdict: 'bad', detail: `no policy allows it to \`${source}\`${on}; ${needed}` },
    hint: `allow it${any}`,
  }
}
