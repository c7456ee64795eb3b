import type { Certificate } from '../certificate.ts'
import { dateText } from '../time.ts'
import { caLints, rootLints, subordinateLints } from './ca.ts'
import { encodingLints, timeLints } from './encoding.ts'
import { extensionLints } from './extension.ts'
import { keyLints } from './key.ts'
import { type Finding, type Lint, runLints } from './lint.ts'

/** What a certificate is for, which decides the rules it must obey. */
export type CertificateRole = 'root' | 'subordinate' | 'end-entity'

const anyLints: readonly Lint<Certificate>[] = [
  ...encodingLints,
  ...timeLints<Certificate>(({ validity }) => [validity.notBefore, validity.notAfter]),
  {
    id: 'e_validity_time_not_positive',
    look: ({ notBefore, notAfter }) =>
      notAfter <= notBefore ? `\`${dateText(notAfter)}\` is not after \`${dateText(notBefore)}\`` : undefined,
  },
  ...keyLints,
  ...extensionLints,
]

/** All rules for a certificate of each role. */
export const certificateLints: Readonly<Record<CertificateRole, readonly Lint<Certificate>[]>> = {
  root: [...anyLints, ...caLints, ...rootLints],
  subordinate: [...anyLints, ...caLints, ...subordinateLints],
  'end-entity': anyLints,
}

/** Lints one certificate by itself; none found is as it should be. */
export function lintCertificate(certificate: Certificate, role: CertificateRole): Finding[] {
  return runLints(certificateLints[role], certificate)
}
