import type { Family } from '../../engine/step/family.ts'
import { prepareRoot } from './prepare-root.ts'
import { prepareSubordinate } from './prepare-subordinate.ts'
import { sign } from './sign.ts'

/** Certificates, certificate revocation lists and requests, signed by any key in a token. */
export const x509: Family = {
  name: 'x509',
  summary: 'Certificates, CRLs and requests: prepared, linted, approved, signed and verified',
  stepTypes: [prepareRoot, prepareSubordinate, sign],
  bindingKinds: [],
  simulators: [],
}
