import { StepError } from '../step/errors.ts'
import { UsageError } from './usage-error.ts'

/** @throws {UsageError} at the first `--fault` that is none */
export async function checkFaults(faults: readonly string[]): Promise<void> {
  if (faults.length === 0) return
  const { FaultPlan } = await import('../sandbox/faults.ts')
  const plan = new FaultPlan()
  try {
    for (const fault of faults) plan.add(fault)
  } catch (error) {
    if (StepError.is(error)) throw new UsageError(`\`--fault\`: ${error.message}`, error.hint)
    throw error
  }
}
