import { ServiceError } from '../../aws/simulator/service.ts'
import type { Certificate } from '../../x509/model/certificate.ts'
import type { CertificateRequest } from '../../x509/model/csr.ts'
import { keyIdentifier } from '../../x509/model/digest.ts'
import {
  authorityInformationAccess,
  authorityKeyIdentifier,
  crlDistributionPoints,
  subjectKeyIdentifier,
  type Extension,
} from '../../x509/model/extension.ts'
import { issuerKeyIdentifier } from '../../x509/model/issuer.ts'
import { extensionOids } from '../../x509/model/oids.ts'
import { apiExtensions } from './api-extensions.ts'
import type { RequestOf } from './requests.ts'
import type { RevocationAddresses } from './revocation-configuration.ts'
import type { Template } from './templates.ts'

/** What the extensions of a certificate come from. */
export interface ExtensionSources {
  readonly template: Template
  readonly request: CertificateRequest
  readonly passthrough: RequestOf<'IssueCertificate'>['ApiPassthrough']
  /** Absent for a root, which has no authority key identifier. */
  readonly issuer: Certificate | undefined
  readonly addresses: RevocationAddresses
}

/**
 * The extensions of a certificate, by precedence: template, ApiPassthrough, CSR. What a template lets nobody add is ignored
 * in silence, as AWS does; alternative names of the CSR are always taken.
 *
 * @throws {ServiceError} `InvalidArgsException` when an ApiPassthrough extension cannot be encoded
 */
export function extensionsOf({ template, request, passthrough, issuer, addresses }: ExtensionSources): Extension[] {
  const { crl, ocsp } = addresses
  const fixed: Extension[] = [
    ...template.extensions,
    subjectKeyIdentifier(keyIdentifier(request.spki)),
    ...(issuer === undefined ? [] : [authorityKeyIdentifier(issuerKeyIdentifier(issuer))]),
    ...(issuer === undefined || crl === undefined ? [] : [crlDistributionPoints([crl])]),
    ...(issuer === undefined || ocsp === undefined ? [] : [authorityInformationAccess({ ocsp: [ocsp] })]),
  ]
  const fromApi =
    template.apiPassthrough && passthrough?.Extensions !== undefined ? encoded(passthrough.Extensions) : []
  const fromCsr = request.extensions.filter(
    ({ oid }) =>
      oid === extensionOids.subjectAlternativeName ||
      (template.csrPassthrough && oid !== extensionOids.authorityKeyIdentifier),
  )
  return [...fixed, ...fromApi, ...fromCsr].filter(
    ({ oid }, index, all) => all.findIndex((each) => each.oid === oid) === index,
  )
}

function encoded(wanted: Parameters<typeof apiExtensions>[0]): Extension[] {
  try {
    return apiExtensions(wanted)
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw new ServiceError('InvalidArgsException', error instanceof Error ? error.message : String(error))
  }
}
