import type { CheckAnswer } from '../../../engine/step/check-answer.ts'
import type { CheckContext } from '../../../engine/step/context.ts'
import { StepError } from '../../../engine/step/errors.ts'
import type { CloudHsmClient } from './client.ts'
import { wasDone } from './quorum/approve.ts'

/**
 * Whether a user that is there has another password than the one that an effect without an answer stored: then somebody else made the
 * user. Tried once; a refusal is remembered, and told again without another try.
 *
 * @returns `undefined` when the password is the stored one, or nothing is in doubt
 */
export async function otherPassword(
  client: CloudHsmClient,
  { clusterId, name }: { readonly clusterId: string; readonly name: string },
  { effectId, answer, signal }: Pick<CheckContext, 'effectId' | 'answer' | 'signal'>,
): Promise<Extract<CheckAnswer<never>, { state: 'conflict' }> | undefined> {
  if (effectId === undefined || wasDone(answer)) return undefined
  try {
    await client.run({ clusterId, words: ['user', 'list'], as: name, signal })
    return undefined
  } catch (error) {
    if (!StepError.is(error) || error.code !== 'authentication') throw error
    const { reference } = client.user(name)
    return {
      state: 'conflict',
      differs: `user \`${name}\` of cluster \`${clusterId}\` has another password than the one kept at \`${reference}\`: somebody else set it`,
      hint: `find out who did; then let \`${reference}\` refer to that password, or delete the user`,
    }
  }
}
