import type { Environment } from '../document/environment.ts'
import { type RunClock, systemClock } from '../run/clock.ts'

/** The clock that an environment lives by. @throws {NeedsPerson} when its sandbox does not answer */
export async function clockOf({ sandbox }: Environment): Promise<RunClock> {
  if (sandbox === undefined) return systemClock
  const { sandboxClock } = await import('../sandbox/sandbox-clock.ts')
  return sandboxClock(sandbox)
}
