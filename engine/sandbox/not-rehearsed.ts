import { leavesOf } from '../document/walk-entries.ts'
import type { Environment } from '../document/environment.ts'
import type { Family } from '../step/family.ts'
import type { Rehearsable } from './load-rehearsable.ts'
import { simulatorsOf } from './simulators.ts'

/** What no rehearsal can show, whatever the runbook. */
const always = [
  'people: that approvers, custodians and their PINs are there when the window opens',
  'the network between the operator and the targets, and the permissions of the operator there',
]

/** Where production takes another mechanism, size or branch than this rehearsal did, and which unverified facts it relied on. */
export async function notRehearsed(
  { runbook }: Rehearsable,
  environment: Environment,
  families: readonly Family[],
): Promise<readonly string[]> {
  const kinds = new Set([...environment.bindings.values()].map(({ kind }) => kind.name))
  const simulators = [...(await simulatorsOf(families)).values()].filter(({ bindingKind }) => kinds.has(bindingKind))
  const ofSimulators = simulators.flatMap(({ name, notRehearsed: list }) => list.map((each) => `${name}: ${each}`))
  const ofSteps = [...new Set(leavesOf(runbook).flatMap((leaf) => (leaf.kind === 'step' ? [leaf.type] : [])))].flatMap(
    ({ name, notRehearsed: list }) => (list ?? []).map((each) => `${name}: ${each}`),
  )
  return [...ofSimulators, ...ofSteps, ...always]
}
