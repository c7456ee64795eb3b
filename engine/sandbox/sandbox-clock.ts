import type { SandboxReference } from '../document/environment.ts'
import type { RunClock } from '../run/clock.ts'
import { advanceClock, readClock } from './control-client.ts'

/**
 * A run's clock in a sandbox: to sleep is to ask the sandbox to move its time, so hours of waiting pass at once.
 *
 * @throws {NeedsPerson} when the sandbox does not answer
 */
export async function sandboxClock(reference: SandboxReference): Promise<RunClock> {
  let aheadMs = (await readClock(reference)) - Date.now()
  return {
    moves: 'on-request',
    now: () => Date.now() + aheadMs,
    async sleepUntil(at, signal) {
      signal.throwIfAborted()
      aheadMs = (await advanceClock(reference, at)) - Date.now()
    },
  }
}
