import type { Family } from '../../engine/step/family.ts'
import { pkcs11TokenBinding } from './binding.ts'
import { copyKey } from './copy-key.ts'
import { generateKeyPair } from './generate-key-pair.ts'
import { identifyToken } from './identify-token.ts'
import { inventory } from './inventory.ts'
import { mechanisms, sessions } from './preflight.ts'
import { proveCopy } from './prove-copy.ts'
import { readKey } from './read-key.ts'
import { settleExtractable } from './settle-extractable.ts'
import { unwrapKey } from './unwrap-key.ts'
import { anyCallRunning } from './token/native-calls.ts'

/** Keys in the tokens of HSMs. */
export const pkcs11: Family = {
  name: 'pkcs11',
  summary: 'Keys in the tokens of HSMs, through PKCS#11',
  stepTypes: [generateKeyPair, copyKey, unwrapKey, proveCopy, settleExtractable, readKey, inventory, identifyToken],
  bindingKinds: [pkcs11TokenBinding],
  preflight: [mechanisms, sessions],
  callRunning: anyCallRunning,
  simulators: [async () => (await import('./simulator/softhsm.ts')).softHsm],
}
