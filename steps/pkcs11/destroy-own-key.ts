import { StepError } from '../../engine/step/errors.ts'
import { keyIdOfEffect } from './token/effect-key-id.ts'
import type { Pkcs11Token } from './token/token.ts'

/**
 * Destroys a key pair that this effect made, or half of one; a missing one is success.
 *
 * @param made its key ID; `undefined`: half of it is there
 * @throws {StepError} `conflict` when another made it
 */
export async function destroyOwnKey(
  token: Pkcs11Token,
  made: string | undefined,
  effectId: string,
  signal: AbortSignal,
): Promise<void> {
  const own = keyIdOfEffect(effectId)
  if (made !== undefined && made !== own) {
    throw new StepError('conflict', `key \`${made}\` was not made by effect \`${effectId}\``)
  }
  if ((await token.keyPairState(own, signal)) !== 'absent') await token.destroyKey(own, signal)
}
