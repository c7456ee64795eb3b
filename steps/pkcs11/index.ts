import type { Family } from '../../engine/step/family.ts'
import { pkcs11TokenBinding } from './binding.ts'
import { generateKeyPair } from './generate-key-pair.ts'

/** Keys in the tokens of HSMs. */
export const pkcs11: Family = {
  name: 'pkcs11',
  summary: 'Keys in the tokens of HSMs, through PKCS#11',
  stepTypes: [generateKeyPair],
  bindingKinds: [pkcs11TokenBinding],
  simulators: [async () => (await import('./simulator/softhsm.ts')).softHsm],
}
