import { type Certificate, certificatePem, parseCertificate, verifyCertificate } from './model/certificate.ts'
import {
  type CertificateList,
  certificateListPem,
  parseCertificateList,
  verifyCertificateList,
} from './model/certificate-list.ts'
import { crossReadCertificate, crossReadCertificateList } from './model/cross-read.ts'
import { sha256Hex } from './model/digest.ts'
import { lintAgainstIssuer, lintListAgainstIssuer } from './model/lint/against-issuer.ts'
import { lintCertificate } from './model/lint/certificate.ts'
import { lintCertificateList } from './model/lint/crl.ts'
import type { Finding } from './model/lint/lint.ts'
import { tbsEquals } from './model/pre-issuance.ts'
import { dateText } from './model/time.ts'
import { refuseErrors } from './prepared.ts'
import type { ToBeSigned } from './to-be-signed.ts'

/** Outputs of `x509.sign` but the artifact's name. */
export interface SignedOutputs {
  pem: string
  fingerprintSha256: string
  tbsSha256: string
  issuer: string
  lint: string[]
  subject?: string
  serial?: string
  notBefore?: string
  notAfter?: string
  crlNumber?: string
  thisUpdate?: string
  nextUpdate?: string
}

/**
 * Judges what was signed: exactly the bytes that were to be signed, a signature by the right key, no error by the rules.
 *
 * @param source DER or PEM
 * @throws {StepError} `invalid`, saying what is wrong
 */
export async function readSigned(source: Uint8Array, toBeSigned: ToBeSigned): Promise<SignedOutputs> {
  return toBeSigned.kind === 'certificate'
    ? readCertificate(parseCertificate(source), toBeSigned)
    : readList(parseCertificateList(source), toBeSigned)
}

type Wanted<K extends ToBeSigned['kind']> = Extract<ToBeSigned, { kind: K }>

async function readCertificate(
  certificate: Certificate,
  { content, role, issuer, csr }: Wanted<'certificate'>,
): Promise<SignedOutputs> {
  const findings = [
    ...exactness(certificate.der, content.tbs, verifyCertificate(certificate, issuer ?? certificate)),
    ...lintCertificate(certificate, role),
    ...(issuer === undefined ? [] : lintAgainstIssuer(certificate, issuer, csr)),
    ...(await crossReadCertificate(certificate)).map(disagreement),
  ]
  refuseErrors(findings, 'the signed certificate')
  return {
    ...common(certificate, certificatePem(certificate), findings),
    subject: certificate.subjectText,
    serial: certificate.serialHex,
    notBefore: dateText(certificate.notBefore),
    notAfter: dateText(certificate.notAfter),
  }
}

async function readList(list: CertificateList, { content, issuer }: Wanted<'crl'>): Promise<SignedOutputs> {
  const findings = [
    ...exactness(list.der, content.tbs, verifyCertificateList(list, issuer)),
    ...lintCertificateList(list),
    ...lintListAgainstIssuer(list, issuer),
    ...(await crossReadCertificateList(list)).map(disagreement),
  ]
  refuseErrors(findings, 'the signed CRL')
  return {
    ...common(list, certificateListPem(list), findings),
    thisUpdate: dateText(list.thisUpdate),
    ...(list.decoded.crlNumber === undefined ? {} : { crlNumber: String(list.decoded.crlNumber) }),
    ...(list.nextUpdate === undefined ? {} : { nextUpdate: dateText(list.nextUpdate) }),
  }
}

function common(signed: Certificate | CertificateList, pem: string, findings: readonly Finding[]) {
  return {
    pem,
    fingerprintSha256: signed.fingerprintSha256,
    tbsSha256: sha256Hex(signed.tbs),
    issuer: signed.issuerText,
    lint: findings.map(({ id, message }) => `${id}: ${message}`),
  }
}

function exactness(der: Uint8Array, tbs: Uint8Array, verified: boolean): Finding[] {
  const findings: Finding[] = []
  if (!tbsEquals(der, tbs)) {
    findings.push({
      id: 'e_tbs_not_as_approved',
      severity: 'error',
      message: 'other bytes were signed than were approved',
    })
  }
  if (!verified) {
    findings.push({ id: 'e_signature_not_verified', severity: 'error', message: 'signature is not by the wanted key' })
  }
  return findings
}

function disagreement(message: string): Finding {
  return { id: 'e_readers_disagree', severity: 'error', message }
}
