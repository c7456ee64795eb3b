import {
  parseCertificate,
  parseCertificates,
  verifyCertificate,
  type Certificate,
} from '../../x509/model/certificate.ts'
import { bytesEqual } from '../../x509/model/bytes.ts'
import { parseCsr } from '../../x509/model/csr.ts'
import { publicKeyKind } from '../../x509/model/public-key.ts'
import { invalid, type CloudHsmContext } from './context.ts'
import type { Cluster } from './state.ts'

type Rules = Pick<CloudHsmContext, 'settings' | 'realNow'>

/**
 * Checks what a cluster is to be initialized with: a certificate for the key of its CSR, signed by a trust anchor that is self-signed.
 *
 * @returns both as they are kept
 * @throws {ServiceError}
 */
export function checkClusterCertificate(
  signedCert: string,
  trustAnchor: string,
  csrPem: string,
  rules: Rules,
): Pick<NonNullable<Cluster['initialized']>, 'clusterCertificatePem' | 'trustAnchorPem'> {
  const certificate = parsed('SignedCert', () => parseCertificate(signedCert))
  const chain = parsed('TrustAnchor', () => parseCertificates(trustAnchor))
  const [issuer] = chain
  const root = chain.at(-1)
  if (issuer === undefined || root === undefined) throw invalid('The TrustAnchor has no certificate.')
  if (chain.length > rules.settings.trustAnchorCertificates)
    throw invalid(`The TrustAnchor has more than ${rules.settings.trustAnchorCertificates} certificates.`)
  for (const each of chain) checkAnchor(each, rules)
  const links = [certificate, ...chain].map((each, index) => [each, [...chain, root][index] ?? root] as const)
  if (!links.every(([each, by]) => isSignedBy(each, by)))
    throw invalid('The SignedCert is not signed by the TrustAnchor, or the TrustAnchor is not self-signed.')
  for (const each of [certificate, ...chain]) checkTime(each, rules.realNow())
  if (!bytesEqual(certificate.spki, parseCsr(csrPem).spki))
    throw invalid('The SignedCert is not for the key of the certificate signing request of the cluster.')
  return { clusterCertificatePem: signedCert, trustAnchorPem: trustAnchor }
}

function parsed<T>(member: string, parse: () => T): T {
  try {
    return parse()
  } catch {
    throw invalid(`The ${member} is not a certificate in PEM.`)
  }
}

function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  try {
    return bytesEqual(certificate.issuer, issuer.subject) && verifyCertificate(certificate, issuer)
  } catch {
    return false
  }
}

/** What a certificate that others are trusted for must say. */
function checkAnchor({ spki, extensions, decoded }: Certificate, { settings }: Rules): void {
  const kind = keyText(spki)
  if (!settings.trustAnchorKeys.includes(kind)) throw invalid(`The TrustAnchor has a key ${kind}.`)
  const { basicConstraints, keyUsage } = decoded
  if (extensions.length === 0) return
  if (basicConstraints === undefined) throw invalid('The TrustAnchor has extensions, and no basic constraints.')
  const signs = keyUsage === undefined ? basicConstraints.ca : keyUsage.includes('keyCertSign')
  if (!basicConstraints.ca || !signs) throw invalid('The extensions of the TrustAnchor contradict each other.')
}

function keyText(spki: Uint8Array): string {
  const key = publicKeyKind(spki)
  switch (key.kind) {
    case 'rsa':
      return `RSA ${key.modulusBits}`
    case 'ec':
      return `EC ${key.curve}`
    case 'other':
      return key.oid
  }
}

function checkTime({ notBefore, notAfter }: Certificate, now: number): void {
  if (now < notBefore.getTime() || now > notAfter.getTime()) throw invalid('A certificate is not valid now.')
}
