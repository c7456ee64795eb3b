import { ServiceError } from '../../aws/simulator/service.ts'
import { bytesEqual } from '../../x509/model/bytes.ts'
import {
  parseCertificate,
  parseCertificates,
  verifyCertificate,
  type Certificate,
} from '../../x509/model/certificate.ts'
import { extensionOids } from '../../x509/model/oids.ts'

/** What an import is checked against. */
export interface ImportTarget {
  readonly type: 'ROOT' | 'SUBORDINATE'
  /** DER, of the CSR. */
  readonly subject: Uint8Array
  readonly spki: Uint8Array
  /** The real clock, in milliseconds since the epoch. */
  readonly realNow: number
}

/** Extensions that may be critical in an imported certificate [D]; any other critical one is rejected. */
const mayBeCritical: readonly string[] = [
  extensionOids.authorityKeyIdentifier,
  extensionOids.basicConstraints,
  extensionOids.certificatePolicies,
  extensionOids.extendedKeyUsage,
  extensionOids.inhibitAnyPolicy,
  extensionOids.issuerAlternativeName,
  extensionOids.keyUsage,
  extensionOids.nameConstraints,
  extensionOids.policyMappings,
  extensionOids.subjectAlternativeName,
  extensionOids.subjectDirectoryAttributes,
  extensionOids.subjectKeyIdentifier,
  extensionOids.subjectInformationAccess,
]

/**
 * Applies the rules of ImportCertificateAuthorityCertificate to what is to be imported. That the rules exist is documented;
 * which exception class answers which violation is not public and is a guess.
 *
 * @throws {ServiceError} `MalformedCertificateException`, `CertificateMismatchException`, `InvalidRequestException`
 */
export function checkImport(
  target: ImportTarget,
  certificatePem: string,
  chainPem: string | undefined,
): { certificate: Certificate; chain: readonly Certificate[] } {
  const certificate = wellFormed(() => parseCertificate(certificatePem.trim() + '\n'), 'The certificate')
  checkAuthorityCertificate(certificate, 'The certificate')
  const chain = chainPem === undefined ? [] : wellFormed(() => parseCertificates(chainPem.trim() + '\n'), 'The chain')
  if (target.type === 'ROOT' && chain.length > 0) throw invalid('A root CA is imported without a certificate chain.')
  if (target.type === 'SUBORDINATE' && chain.length === 0)
    throw invalid('A subordinate CA needs its certificate chain.')
  if (!bytesEqual(certificate.spki, target.spki)) throw mismatch('The public key does not match the CSR.')
  if (!bytesEqual(certificate.subject, target.subject)) throw mismatch('The subject does not match the CSR.')
  if (target.type === 'SUBORDINATE' && isSelfIssued(certificate))
    throw mismatch('A subordinate CA cannot have a self-signed certificate.')
  for (const each of chain) checkAuthorityCertificate(each, `The chain certificate ${each.subjectText}`)
  checkPath([certificate, ...chain], target.realNow)
  return { certificate, chain }
}

function checkAuthorityCertificate({ extensions, decoded }: Certificate, what: string): void {
  const constraints = extensions.find(({ oid }) => oid === extensionOids.basicConstraints)
  if (constraints === undefined || decoded.basicConstraints?.ca !== true)
    throw malformed(`${what} has no basic constraints with CA:TRUE.`)
  if (!constraints.critical) throw malformed(`${what} has basic constraints that are not critical.`)
  const bad = extensions.find(({ oid, critical }) => critical && !mayBeCritical.includes(oid))
  if (bad !== undefined) throw malformed(`${what} has the critical extension ${bad.oid}.`)
  if (decoded.keyUsage?.includes('keyCertSign') === false)
    throw malformed(`${what} may not sign certificates (key usage).`)
}

/** @param path the imported certificate first, the root last */
function checkPath(path: readonly Certificate[], realNow: number): void {
  path.forEach((certificate, index) => {
    const issuer = path[index + 1] ?? certificate
    const name = certificate.subjectText
    if (!bytesEqual(certificate.issuer, issuer.subject))
      throw mismatch(
        issuer === certificate
          ? `The chain does not end in a root CA: ${name} is not self-signed.`
          : `${name} was not issued by ${issuer.subjectText}.`,
      )
    if (!wellFormed(() => verifyCertificate(certificate, issuer), 'The signature'))
      throw mismatch(`The signature of ${name} is not by ${issuer.subjectText}.`)
    if (issuer !== certificate && isSelfIssued(certificate))
      throw mismatch('The root CA must be the last certificate of the chain.')
    if (certificate.notBefore.getTime() > realNow || certificate.notAfter.getTime() < realNow)
      throw mismatch(`${name} is not valid now.`)
    if (certificate.notAfter > issuer.notAfter) throw mismatch(`${name} outlives its issuer ${issuer.subjectText}.`)
    // CA certificates that follow in a path to an end entity: all before this one.
    const pathLength = certificate.decoded.basicConstraints?.pathLength
    if (pathLength !== undefined && pathLength < index) throw mismatch(`The path length of ${name} is exceeded.`)
  })
}

function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return bytesEqual(issuer, subject)
}

function wellFormed<T>(read: () => T, what: string): T {
  try {
    return read()
  } catch (error) {
    throw malformed(`${what} is malformed: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedCertificateException', message)
}

function mismatch(message: string): ServiceError {
  return new ServiceError('CertificateMismatchException', message)
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', message)
}
