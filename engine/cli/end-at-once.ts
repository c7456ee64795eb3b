import { killAllGroups } from '../transport/process-groups.ts'
import { exitCodes } from './exit-code.ts'

/**
 * Ends this process now, so that a shell sees 130.
 *
 * A native PKCS#11 call cannot be interrupted, and `process.exit` would wait for its thread, for tens of seconds with some
 * keys. Then the process dies of SIGINT, which a shell reports as 130 as well, and which takes every thread with it.
 * Programs that still run end first, in either case.
 */
export function endAtOnce(callRunning: boolean): void {
  killAllGroups()
  if (!callRunning) process.exit(exitCodes.interrupted)
  process.removeAllListeners('SIGINT') // brings back what the system does by itself
  process.kill(process.pid, 'SIGINT')
  process.kill(process.pid, 'SIGKILL') // where a runtime kept the signal to itself
}
