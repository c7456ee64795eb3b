import type { Family } from '../../engine/step/family.ts'
import { prepareClusterCertificate } from './prepare-cluster-certificate.ts'
import { prepareCrl } from './prepare-crl.ts'
import { prepareRoot } from './prepare-root.ts'
import { prepareSubordinate } from './prepare-subordinate.ts'
import { readCertificate } from './read-certificate.ts'
import { readCrl } from './read-crl.ts'
import { sign } from './sign.ts'
import { throwAwayRequest } from './throw-away-request.ts'
import { verifyChain } from './verify-chain.ts'

/** Certificates, certificate revocation lists and requests, signed by any key in a token. */
export const x509: Family = {
  name: 'x509',
  summary: 'Certificates, CRLs and requests: prepared, linted, approved, signed and verified',
  stepTypes: [
    ...[prepareRoot, prepareSubordinate, prepareClusterCertificate, prepareCrl, sign],
    ...[readCertificate, readCrl, verifyChain, throwAwayRequest],
  ],
  bindingKinds: [],
  simulators: [],
}
