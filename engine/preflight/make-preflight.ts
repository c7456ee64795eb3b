import { bindingsAtStart, makerOf } from '../document/bindings-of.ts'
import type { InputValues } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { openEachBinding } from '../environment/open-each-binding.ts'
import type { RefusedLogins } from '../environment/refused-logins.ts'
import { claimOf } from '../environment/target-board.ts'
import type { Finding } from '../step/preflight.ts'
import { bindingFindings, type LookingParts } from './binding-findings.ts'
import { ownFindings, type OwnParts } from './own-findings.ts'
import type { PlacedFinding, Preflight } from './preflight.ts'
import { stepsByBinding } from './steps-by-binding.ts'

export interface PreflightParts extends LookingParts, OwnParts {
  readonly inputs: InputValues
  readonly refusedLogins: RefusedLogins
  readonly credentialChanged: readonly string[]
}

/**
 * Looks, days before a run, whether it could go through: opens the bindings as a plan does, and lets each family look at them. Changes
 * nothing. What fails is a finding, and the rest is looked at all the same.
 *
 * @throws {BindingError} {StepError} `cancelled`, when it was stopped
 */
export async function makePreflight(parts: PreflightParts): Promise<Preflight> {
  const { runbook, environment } = parts
  await using bindings = await openEachBinding(environment, bindingsAtStart(runbook), {
    ...parts,
    runId: undefined,
    sandbox: environment.sandbox !== undefined,
  })
  const steps = stepsByBinding(runbook, parts.inputs)
  const findings: PlacedFinding[] = []
  const all = [...new Set([...runbook.bindings.keys(), ...bindings.opened.keys(), ...bindings.failed.keys()])]
  for (const name of all)
    findings.push(...madeLater(runbook, name), ...(await bindingFindings(name, parts, bindings, steps)))
  findings.push(...(await ownFindings(parts, findings)))
  const total = (verdict: Finding['verdict']): number => findings.filter((each) => each.verdict === verdict).length
  return {
    at: new Date(parts.now()).toISOString(),
    runbook: { name: runbook.name, version: runbook.version, title: runbook.title },
    environment: { name: environment.name, kind: environment.kind },
    targets: Object.fromEntries(all.map((name) => [name, claimOf(environment, name)])),
    findings,
    totals: { good: total('good'), bad: total('bad'), unknown: total('unknown') },
  }
}

/** What the run itself makes is not there yet, and nobody logs in to it. */
function madeLater(runbook: Runbook, binding: string): readonly PlacedFinding[] {
  const maker = makerOf(runbook, binding)
  if (maker === undefined) return []
  const detail = `not there yet: step \`${maker}\` makes it during the run`
  return [{ binding, look: 'open', what: 'opened and verified', verdict: 'unknown', detail }]
}
