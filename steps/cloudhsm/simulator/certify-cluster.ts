import { createPrivateKey, randomBytes } from 'node:crypto'
import { assemble } from '../../x509/model/assemble.ts'
import { certificatePem } from '../../x509/model/certificate.ts'
import { certificateTbs } from '../../x509/model/certificate-tbs.ts'
import { parseName } from '../../x509/model/name.ts'
import { rootTbs } from '../../x509/model/root.ts'
import { serialFrom } from '../../x509/model/serial.ts'
import { signLocally } from '../../x509/model/signature.ts'
import type { ClusterKey } from './identity.ts'
import { clusterAlgorithm, makeKey } from './make-key.ts'
import { yearsFrom } from './roots.ts'
import type { Cluster } from './state.ts'

/** What an issuing CA of a cluster's owner signed when the cluster was initialized, before the sandbox began. Its key is lost. */
export function certifyCluster(
  { subject, spki }: ClusterKey,
  realNow: number,
): Pick<NonNullable<Cluster['initialized']>, 'clusterCertificatePem' | 'trustAnchorPem'> {
  const anchor = makeKey('cluster')
  const key = createPrivateKey(anchor.privateKeyPem)
  const issuer = parseName('C=US, O=Example Corp, CN=Example Cluster Issuing CA')
  const said = () =>
    ({
      signatureAlgorithm: clusterAlgorithm,
      serial: serialFrom(randomBytes(16)),
      notBefore: yearsFrom(realNow, -1),
      notAfter: yearsFrom(realNow, 9),
    }) as const
  const signed = (tbs: Uint8Array): string =>
    certificatePem(assemble(tbs, clusterAlgorithm, signLocally(key, clusterAlgorithm, tbs)))
  return {
    trustAnchorPem: signed(rootTbs({ ...said(), subject: issuer, publicKeySpki: anchor.spki })),
    clusterCertificatePem: signed(certificateTbs({ ...said(), issuer, subject, publicKeySpki: spki, extensions: [] })),
  }
}
