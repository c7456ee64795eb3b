import { StepError } from '../../engine/step/errors.ts'
import { keyIdOfEffect } from './effect-key-id.ts'
import type { Pkcs11Token } from './token/token.ts'

/**
 * Destroys a key pair that this effect made; a missing one is success.
 *
 * @throws {StepError} `conflict` when another made it
 */
export async function destroyOwnKey(
  token: Pkcs11Token,
  made: string,
  effectId: string,
  signal: AbortSignal,
): Promise<void> {
  if (made !== keyIdOfEffect(effectId)) {
    throw new StepError('conflict', `key \`${made}\` was not made by effect \`${effectId}\``)
  }
  if ((await token.keyPairState(made, signal)) !== 'absent') await token.destroyKey(made, signal)
}
