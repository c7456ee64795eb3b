import { randomBytes } from 'node:crypto'
import { ServiceError } from '../../aws/simulator/service.ts'
import { assemble } from '../../x509/model/assemble.ts'
import { bytesEqual } from '../../x509/model/bytes.ts'
import { certificatePem, parseCertificate, parseCertificates, type Certificate } from '../../x509/model/certificate.ts'
import { certificateTbs } from '../../x509/model/certificate-tbs.ts'
import { parseCsr, verifyCsr, type CertificateRequest } from '../../x509/model/csr.ts'
import { printName } from '../../x509/model/name-text.ts'
import { serialFrom } from '../../x509/model/serial.ts'
import { extensionsOf } from './certificate-extensions.ts'
import { findAuthority, requireStatus, type PcaContext } from './context.ts'
import { findReplayed, rememberedOf } from './idempotency.ts'
import { withoutLastLineFeed } from './import-operations.ts'
import { signatureAlgorithmOf, signWith } from './keys.ts'
import { remainingPathLength } from './path-length.ts'
import type { Handlers, RequestOf } from './requests.ts'
import { revocationAddresses } from './revocation-configuration.ts'
import type { Authority, IssuedCertificate } from './state.ts'
import type { Status } from './status.ts'
import { nameOf } from './subject.ts'
import { templateOf, type Template } from './templates.ts'
import { beginningOf, endOf } from './validity.ts'

const shortLivedMs = 7 * 24 * 60 * 60_000

export const issueOperations: Handlers<'IssueCertificate' | 'GetCertificate'> = {
  IssueCertificate(input, context) {
    const { authority, status } = findAuthority(input.CertificateAuthorityArn, context)
    const replayed = findReplayed(input, authority.issued, ({ issuedAt }) => issuedAt, context)
    if (replayed !== undefined) return { CertificateArn: replayed.arn }
    const issued = issue(input, authority, status, context)
    context.store.save(
      { ...authority, issued: [...authority.issued, issued] },
      { operation: 'IssueCertificate', resource: issued.arn },
    )
    return { CertificateArn: issued.arn }
  },

  GetCertificate({ CertificateAuthorityArn: arn, CertificateArn: certificateArn }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, ['PENDING_CERTIFICATE', 'ACTIVE', 'DISABLED', 'EXPIRED'])
    if (!/\/certificate\/[0-9a-f]+$/.test(certificateArn))
      throw new ServiceError('InvalidArnException', `${certificateArn} is not a valid certificate ARN`)
    const found = authority.issued.find((each) => each.arn === certificateArn)
    if (found === undefined)
      throw new ServiceError('ResourceNotFoundException', `Could not find certificate ${certificateArn}`)
    if (context.clock.now() < found.readyAt) {
      context.clock.advanceTo(found.readyAt)
      throw new ServiceError(
        'RequestInProgressException',
        `The request for certificate ${certificateArn} is in progress.`,
      )
    }
    const { certificate } = authority
    if (certificate === undefined) return { Certificate: found.pem }
    const chain = certificate.chainPem === undefined ? certificate.pem : `${certificate.pem}\n${certificate.chainPem}`
    return { Certificate: found.pem, CertificateChain: chain }
  },
}

function issue(
  input: RequestOf<'IssueCertificate'>,
  authority: Authority,
  status: Status,
  context: PcaContext,
): IssuedCertificate {
  const { realNow, settings, caller, clock } = context
  const { arn: templateArn, template } = templateOf(input.TemplateArn, caller.partition)
  const request = readCsr(input.Csr)
  const path = template.selfSigned
    ? checkRoot(authority, status, request)
    : checkIssuing(authority, status, template, context)
  const issuer = path[0]
  const algorithm = signatureAlgorithmOf(String(authority.configuration['KeyAlgorithm']), input.SigningAlgorithm)
  const now = realNow()
  const notBefore = beginningOf(input.ValidityNotBefore, now, settings.notBeforeMs)
  const notAfter = endOf(input.Validity, now)
  checkValidity(notBefore, notAfter, now, authority, issuer)
  const serial = serialFrom(randomBytes(16))
  const subject =
    template.apiPassthrough && input.ApiPassthrough?.Subject !== undefined
      ? nameOf(input.ApiPassthrough.Subject)
      : request.subject
  const addresses = revocationAddresses(authority)
  const extensions = extensionsOf({ template, request, passthrough: input.ApiPassthrough, issuer, addresses })
  const tbs = certificateTbs({
    serial,
    signatureAlgorithm: algorithm,
    issuer: issuer?.subject ?? subject,
    notBefore,
    notAfter,
    subject,
    publicKeySpki: request.spki,
    extensions,
  })
  const der = assemble(tbs, algorithm, signWith(authority.privateKeyPem, algorithm, tbs))
  return {
    arn: `${authority.arn}/certificate/${serial}`,
    serialHex: serial,
    pem: withoutLastLineFeed(certificatePem(der)),
    subject: printName(subject),
    templateArn,
    realNotBefore: notBefore.getTime(),
    realNotAfter: notAfter.getTime(),
    realIssuedAt: now,
    issuedAt: clock.now(),
    readyAt: clock.now() + settings.issuingMs,
    ...rememberedOf(input),
  }
}

/** @throws {ServiceError} `MalformedCSRException` */
function readCsr(blob: string): CertificateRequest {
  const malformed = (why: string): ServiceError =>
    new ServiceError('MalformedCSRException', `The CSR is malformed: ${why}`)
  try {
    const request = parseCsr(`${Buffer.from(blob, 'base64').toString('latin1').trim()}\n`)
    const named = printName(request.subject) !== '' || request.decoded.subjectAlternativeName !== undefined
    if (!named) throw malformed('it has neither a subject nor a subject alternative name')
    if (!verifyCsr(request)) throw malformed('its signature is not by its key')
    return request
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw malformed(error instanceof Error ? error.message : String(error))
  }
}

/** A root CA signs its own certificate before it has one. @returns no issuer */
function checkRoot(authority: Authority, status: Status, request: CertificateRequest): readonly Certificate[] {
  requireStatus(authority.arn, status, ['PENDING_CERTIFICATE', 'ACTIVE', 'EXPIRED'])
  if (authority.type !== 'ROOT' || !bytesEqual(request.spki, parseCsr(authority.csrPem).spki))
    throw new ServiceError('InvalidArgsException', 'A root CA certificate is issued by a root CA for its own CSR only.')
  return []
}

/** @returns the path from the issuing CA to its root */
function checkIssuing(
  authority: Authority,
  status: Status,
  template: Template,
  { clock }: PcaContext,
): readonly Certificate[] {
  const { certificate, arn } = authority
  const notReady = certificate !== undefined && clock.now() < certificate.issuingAt
  if (certificate === undefined || status !== 'ACTIVE' || notReady) {
    if (notReady) clock.advanceTo(certificate.issuingAt)
    throw new ServiceError(
      'InvalidStateException',
      `The certificate authority ${arn} is not in a valid state for issuing certificates.`,
    )
  }
  const path = [parseCertificate(`${certificate.pem}\n`), ...parseCertificates(`${certificate.chainPem ?? ''}\n`)]
  if (template.authorityPathLength !== undefined && template.authorityPathLength + 1 > remainingPathLength(path))
    throw new ServiceError(
      'ValidationException',
      `The path length of the certificate authority ${arn} does not allow this template.`,
    )
  return path
}

function checkValidity(
  notBefore: Date,
  notAfter: Date,
  now: number,
  authority: Authority,
  issuer: Certificate | undefined,
): void {
  const refuse = (why: string): ServiceError => new ServiceError('ValidationException', why)
  if (notAfter.getTime() <= now || notAfter <= notBefore) throw refuse('The end of the validity is not in the future.')
  if (issuer !== undefined && notAfter > issuer.notAfter)
    throw refuse('The validity period of the certificate authority ends before that of the requested certificate.')
  if (
    authority.usageMode === 'SHORT_LIVED_CERTIFICATE' &&
    issuer !== undefined &&
    notAfter.getTime() > now + shortLivedMs
  )
    throw refuse('A certificate authority for short-lived certificates issues for 7 days at the most.')
}
