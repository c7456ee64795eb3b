import { bindingsOf, makerOf } from '../document/bindings-of.ts'
import type { Runbook, Step } from '../document/runbook.ts'
import type { TargetBoard } from '../environment/target-board.ts'
import type { PlannedStep } from './plan.ts'

interface Opening {
  readonly runbook: Runbook
  readonly targets: TargetBoard
}

/** Bindings that could not be opened, with why: in one plan nobody logs in to them again. */
const failed = new WeakMap<TargetBoard, Map<string, unknown>>()

/**
 * Opens what a step acts on and another step makes, where the plan shows that it is made already.
 *
 * @param planned the steps before it
 * @returns the makers of what is not there yet, to which nobody logged in
 * @throws {BindingError}
 */
export async function openMade(
  { runbook, targets }: Opening,
  step: Step,
  planned: readonly PlannedStep[],
): Promise<readonly string[]> {
  const missing: string[] = []
  const failures = failed.get(targets) ?? new Map<string, unknown>()
  failed.set(targets, failures)
  for (const name of bindingsOf(step)) {
    const maker = makerOf(runbook, name)
    if (maker === undefined || targets.isOpen(name)) continue
    if (!isDone(planned.find(({ id }) => id === maker))) {
      missing.push(maker)
      continue
    }
    if (failures.has(name)) throw failures.get(name)
    try {
      await targets.open(name)
    } catch (error) {
      failures.set(name, error)
      throw error
    }
  }
  return [...new Set(missing)]
}

/** Seen to be as wanted, for sure. */
function isDone(maker: PlannedStep | undefined): boolean {
  return maker?.condition === undefined && maker?.outputs !== undefined && maker.fidelity === 'exact'
}
