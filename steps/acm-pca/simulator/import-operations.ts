import { ServiceError } from '../../aws/simulator/service.ts'
import { certificatePem } from '../../x509/model/certificate.ts'
import { parseCsr } from '../../x509/model/csr.ts'
import { findAuthority, requireStatus } from './context.ts'
import { checkImport } from './import-rules.ts'
import { crlDays } from './revocation-configuration.ts'
import type { Handlers } from './requests.ts'
import { nextTransition } from './status.ts'

export const importOperations: Handlers<
  'GetCertificateAuthorityCsr' | 'ImportCertificateAuthorityCertificate' | 'GetCertificateAuthorityCertificate'
> = {
  GetCertificateAuthorityCsr({ CertificateAuthorityArn: arn }, context) {
    const { authority, status } = findAuthority(arn, context)
    if (status === 'CREATING') {
      context.clock.advanceTo(authority.readyAt)
      throw new ServiceError(
        'RequestInProgressException',
        `The request for the certificate authority ${arn} is in progress.`,
      )
    }
    if (status === 'FAILED')
      throw new ServiceError('RequestFailedException', `The certificate authority ${arn} failed: ${authority.failure}`)
    requireStatus(arn, status, ['PENDING_CERTIFICATE', 'ACTIVE', 'DISABLED', 'EXPIRED'])
    return { Csr: authority.csrPem }
  },

  ImportCertificateAuthorityCertificate({ CertificateAuthorityArn: arn, Certificate, CertificateChain }, context) {
    const { authority, status } = findAuthority(arn, context)
    if (status === 'CREATING')
      throw new ServiceError('RequestInProgressException', `The certificate authority ${arn} is being created.`)
    requireStatus(arn, status, ['PENDING_CERTIFICATE', 'ACTIVE', 'EXPIRED'])
    const { subject, spki } = parseCsr(authority.csrPem)
    const { certificate, chain } = checkImport(
      { type: authority.type, subject, spki, realNow: context.realNow() },
      textOf(Certificate),
      CertificateChain === undefined ? undefined : textOf(CertificateChain),
    )
    const now = context.clock.now()
    const activeAt = status === 'PENDING_CERTIFICATE' ? now + context.settings.activationLagMs : now
    const imported = {
      pem: withoutLastLineFeed(certificatePem(certificate)),
      ...(chain.length === 0
        ? {}
        : { chainPem: withoutLastLineFeed(chain.map((each) => certificatePem(each)).join('')) }),
      activeAt,
      issuingAt: activeAt + context.settings.issueLagMs,
    }
    const due = crlDays(authority) === undefined ? {} : { crlDueAt: activeAt + context.settings.firstCrlMs }
    context.store.save(
      { ...authority, certificate: imported, changedAt: activeAt, ...due },
      { operation: 'ImportCertificateAuthorityCertificate', resource: arn },
    )
    return {}
  },

  GetCertificateAuthorityCertificate({ CertificateAuthorityArn: arn }, context) {
    const { authority, status } = findAuthority(arn, context)
    const { certificate } = authority
    if (certificate === undefined || !['ACTIVE', 'DISABLED', 'EXPIRED'].includes(status)) {
      context.clock.advanceTo(nextTransition(authority, context.clock.now()) ?? 0)
      throw new ServiceError(
        'InvalidStateException',
        `The certificate authority ${arn} is not in the correct state to have a certificate signing request.`,
      )
    }
    const { pem, chainPem } = certificate
    return { Certificate: pem, ...(chainPem === undefined ? {} : { CertificateChain: chainPem }) }
  },
}

/** Blobs of requests are base64 of PEM. */
function textOf(blob: string): string {
  return Buffer.from(blob, 'base64').toString('latin1')
}

/** AWS gives PEM without a line feed at its end, which is why joining two by hand goes wrong. */
export function withoutLastLineFeed(pem: string): string {
  return pem.replace(/\n$/, '')
}
