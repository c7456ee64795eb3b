import { StepError } from '../../engine/step/errors.ts'
import type { Pkcs11Token } from './token/token.ts'

/** `absent`, `complete`, or in words what a crash left. */
export type OwnPairState =
  | 'absent'
  | 'complete'
  | 'a public key without its private key'
  | 'a private key without its public key'
  | 'a key pair without key'

/**
 * How far the generation of a key pair came. SoftHSM makes both objects first and gives them their key afterwards, so that
 * even two objects can be a torn pair: then the private one is not `LOCAL`, or the public one has no key.
 *
 * @param keyId that of the effect: whose pair it is, is known
 */
export async function ownPairState(token: Pkcs11Token, keyId: string, signal: AbortSignal): Promise<OwnPairState> {
  const state = await token.keyPairState(keyId, signal)
  switch (state) {
    case 'absent':
      return state
    case 'public-only':
      return 'a public key without its private key'
    case 'private-only':
      return 'a private key without its public key'
    case 'complete':
      return (await isTorn(token, keyId, signal)) ? 'a key pair without key' : state
  }
}

async function isTorn(token: Pkcs11Token, keyId: string, signal: AbortSignal): Promise<boolean> {
  // what SoftHSM leaves is known; what else might look like it on an HSM is not to be destroyed
  if (token.identity.manufacturer !== 'SoftHSM project') return false
  const [privateKey] = await token.findKeys({ class: 'private-key', keyId }, signal)
  if (privateKey?.attributes['LOCAL'] === false) return true
  try {
    await token.publicKeySpki(keyId, signal)
    return false
  } catch (error) {
    if (StepError.is(error) && (error.code === 'not-found' || error.code === 'invalid')) return true
    throw error
  }
}
