import type { Pending } from '../../../engine/step/check-answer.ts'
import type { CheckContext } from '../../../engine/step/context.ts'
import type { CloudHsmClient } from './client.ts'
import { wasDone } from './quorum/approve.ts'

/**
 * What a look answers while a program of an earlier attempt still runs: what it does may come after the look.
 *
 * @returns `undefined` when none runs, or none was started
 */
export async function leftBehind(
  client: CloudHsmClient,
  { effectId, answer }: Pick<CheckContext, 'effectId' | 'answer'>,
): Promise<Pending | undefined> {
  if (effectId === undefined || wasDone(answer)) return undefined
  const running = await client.stillRunning(effectId)
  if (running === undefined || running.length === 0) return undefined
  return {
    state: 'pending',
    what: `\`cloudhsm-cli\` of an earlier attempt still runs: process ${running.join(', ')}`,
    lookAgainMs: 1_000,
  }
}
