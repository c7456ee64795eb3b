import { bytesEqual } from '../bytes.ts'
import { type Certificate, verifyCertificate } from '../certificate.ts'
import { type CertificateList, verifyCertificateList } from '../certificate-list.ts'
import type { CertificateRequest } from '../csr.ts'
import { dateText } from '../time.ts'
import { type Finding, type Lint, rule, runLints } from './lint.ts'

/** A certificate beside what it comes from. */
export interface Issuance {
  readonly certificate: Certificate
  readonly issuer: Certificate
  /** The request it answers, where there is one. */
  readonly csr?: CertificateRequest | undefined
}

/** Rules that need the issuer's certificate, or the request, beside the certificate. */
export const issuanceLints: readonly Lint<Issuance>[] = [
  {
    id: 'e_issuer_name_not_byte_equal',
    look: ({ certificate, issuer }) =>
      bytesEqual(certificate.issuer, issuer.subject)
        ? undefined
        : `issuer \`${certificate.issuerText}\` is not, byte for byte, the subject \`${issuer.subjectText}\` of the issuer`,
  },
  {
    id: 'e_authority_key_identifier_not_issuers',
    look: ({ certificate, issuer }) => keyIdProblem(certificate, issuer),
  },
  rule('e_signature_not_verified', 'signature is not by the key of the issuer', ({ certificate, issuer }) => {
    return certificate.signatureAlgorithm === undefined || !quietly(() => verifyCertificate(certificate, issuer))
  }),
  rule('e_issuer_not_a_ca', 'issuer is no CA that may sign certificates', ({ issuer: { decoded } }) => {
    return decoded.basicConstraints?.ca !== true || decoded.keyUsage?.includes('keyCertSign') !== true
  }),
  {
    id: 'e_begins_before_issuer',
    look: ({ certificate: { notBefore }, issuer }) =>
      notBefore < issuer.notBefore
        ? `certificate begins at \`${dateText(notBefore)}\`, its issuer at \`${dateText(issuer.notBefore)}\``
        : undefined,
  },
  {
    id: 'e_outlives_issuer',
    look: ({ certificate: { notAfter }, issuer }) =>
      notAfter > issuer.notAfter
        ? `certificate ends at \`${dateText(notAfter)}\`, its issuer at \`${dateText(issuer.notAfter)}\``
        : undefined,
  },
  {
    id: 'e_path_length_not_below_issuers',
    look: ({ certificate, issuer }) => {
      const own = certificate.decoded.basicConstraints
      const limit = issuer.decoded.basicConstraints?.pathLength
      if (own?.ca !== true || limit === undefined || (own.pathLength ?? Infinity) < limit) return undefined
      return `path length ${own.pathLength ?? 'unlimited'} is not below that of the issuer, ${limit}`
    },
  },
  rule('e_key_not_of_request', 'public key is not that of the request', ({ certificate, csr }) => {
    return csr !== undefined && !bytesEqual(certificate.spki, csr.spki)
  }),
  rule('e_subject_not_of_request', 'subject is not, byte for byte, that of the request', ({ certificate, csr }) => {
    return csr !== undefined && !bytesEqual(certificate.subject, csr.subject)
  }),
  rule('e_key_of_issuer', 'public key is that of the issuer', ({ certificate, issuer }) => {
    return certificate !== issuer && bytesEqual(certificate.spki, issuer.spki)
  }),
]

/** Lints a certificate beside its issuer's, and beside its request where that is given. */
export function lintAgainstIssuer(certificate: Certificate, issuer: Certificate, csr?: CertificateRequest): Finding[] {
  return runLints(issuanceLints, { certificate, issuer, csr })
}

/** A CRL beside the certificate of its issuer. */
export interface ListIssuance {
  readonly list: CertificateList
  readonly issuer: Certificate
}

/** Rules that need the issuer's certificate beside the CRL. */
export const listIssuanceLints: readonly Lint<ListIssuance>[] = [
  rule('e_crl_issuer_name_not_byte_equal', 'issuer is not, byte for byte, the subject of its issuer', (each) => {
    return !bytesEqual(each.list.issuer, each.issuer.subject)
  }),
  {
    id: 'e_crl_authority_key_identifier_not_issuers',
    look: ({ list, issuer }) => keyIdProblem(list, issuer),
  },
  rule('e_crl_signature_not_verified', 'signature is not by the key of the issuer', ({ list, issuer }) => {
    return list.signatureAlgorithm === undefined || !quietly(() => verifyCertificateList(list, issuer))
  }),
  rule('e_crl_issuer_without_crl_sign', 'key usage of the issuer has no cRLSign', ({ issuer: { decoded } }) => {
    return decoded.keyUsage?.includes('cRLSign') !== true
  }),
  rule('e_crl_begins_before_issuer', 'CRL begins before its issuer', ({ list, issuer }) => {
    return list.thisUpdate < issuer.notBefore
  }),
  rule('w_crl_outlives_issuer', 'CRL ends after its issuer', ({ list: { nextUpdate }, issuer }) => {
    return nextUpdate !== undefined && nextUpdate > issuer.notAfter
  }),
]

/** Lints a CRL beside its issuer's certificate. */
export function lintListAgainstIssuer(list: CertificateList, issuer: Certificate): Finding[] {
  return runLints(listIssuanceLints, { list, issuer })
}

function keyIdProblem(issued: Certificate | CertificateList, issuer: Certificate): string | undefined {
  const wanted = issuer.decoded.subjectKeyIdentifier
  const found = issued.decoded.authorityKeyIdentifier?.keyId
  if (wanted !== undefined && wanted === found) return undefined
  return `authority key identifier is \`${found ?? 'absent'}\`, subject key identifier of the issuer is \`${wanted ?? 'absent'}\``
}

/** False when verification is not possible at all: another algorithm outside than inside, an unknown one. */
function quietly(verify: () => boolean): boolean {
  try {
    return verify()
  } catch {
    return false
  }
}
