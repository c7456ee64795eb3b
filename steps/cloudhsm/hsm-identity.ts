import { StepError } from '../../engine/step/errors.ts'
import { bytesEqual } from '../x509/model/bytes.ts'
import { parseCertificate, verifyCertificate, type Certificate } from '../x509/model/certificate.ts'
import { dateText } from '../x509/model/time.ts'
import type { Cluster } from './client.ts'
import { idOf } from './clusters.ts'

/** What vouches for the first HSM of a cluster that is not initialized. */
export interface Vouchers {
  /** Made by the HSM when the cluster got it; has the cluster's public key. */
  readonly hsm: Certificate
  /** Both are for the key of the hardware that signed {@link hsm}. */
  readonly awsHardware: Certificate
  readonly manufacturerHardware: Certificate
}

/** @returns `undefined` as long as AWS does not show all of them */
export function vouchersOf({ Certificates }: Cluster): Vouchers | undefined {
  const hsm = Certificates?.HsmCertificate?.trim()
  const awsHardware = Certificates?.AwsHardwareCertificate?.trim()
  const manufacturerHardware = Certificates?.ManufacturerHardwareCertificate?.trim()
  if (hsm === undefined || awsHardware === undefined || manufacturerHardware === undefined) return undefined
  return {
    hsm: parseCertificate(hsm),
    awsHardware: parseCertificate(awsHardware),
    manufacturerHardware: parseCertificate(manufacturerHardware),
  }
}

/**
 * Verifies HSM → hardware → root: names, signatures, dates of the first two. The root is trusted for its fingerprint, which somebody
 * else compared: its own dates decide nothing (RFC 5280 section 6.1.1 d), and certificates of this hardware are of version 1 too.
 *
 * @throws {StepError} `conflict`
 */
export function requireChain(
  cluster: Cluster,
  hsm: Certificate,
  hardware: Certificate,
  root: Certificate,
  at: Date,
): void {
  for (const certificate of [hsm, hardware])
    if (at < certificate.notBefore || at > certificate.notAfter)
      throw broken(
        cluster,
        `\`${certificate.subjectText}\` is valid from \`${dateText(certificate.notBefore)}\` to \`${dateText(certificate.notAfter)}\``,
      )
  if (hardware.decoded.basicConstraints?.ca === false)
    throw broken(cluster, `the certificate of the hardware \`${hardware.subjectText}\` is not a CA's`)
  for (const [certificate, issuer] of [
    [hsm, hardware],
    [hardware, root],
  ] as const) {
    if (!bytesEqual(certificate.issuer, issuer.subject))
      throw broken(
        cluster,
        `\`${certificate.subjectText}\` is issued by \`${certificate.issuerText}\`, not by \`${issuer.subjectText}\``,
      )
    if (!verifyCertificate(certificate, issuer))
      throw broken(cluster, `\`${certificate.subjectText}\` is not signed by the key of \`${issuer.subjectText}\``)
  }
}

function broken(cluster: Cluster, what: string): StepError {
  return new StepError('conflict', `the first HSM of cluster \`${idOf(cluster)}\` can't prove its origin: ${what}`, {
    hint: 'sign nothing for this cluster; delete the HSM, create another one, and ask AWS',
  })
}

/** Serial number of the hardware, where the HSM's name says it: `CN=HSM:5.3G1941-ICM000590:PARTN:12, for FIPS mode`. */
export function hsmSerialOf({ subjectText }: Certificate): string | undefined {
  return /(?:^|[=, ])HSM:([^:,]+):PARTN:/.exec(subjectText)?.[1]
}
