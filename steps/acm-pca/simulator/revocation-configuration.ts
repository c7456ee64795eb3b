import { ServiceError } from '../../aws/simulator/service.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import type { revocationConfiguration } from './shapes.ts'
import type { Authority } from './state.ts'

type Wanted = ValueOf<typeof revocationConfiguration>

/**
 * Checks and completes a RevocationConfiguration.
 *
 * @throws {ServiceError} `InvalidArgsException`
 */
export function checkedRevocation(wanted: Wanted): Required<Wanted> {
  const crl = wanted.CrlConfiguration ?? { Enabled: false }
  const ocsp = wanted.OcspConfiguration ?? { Enabled: false }
  if (!crl.Enabled && Object.keys(crl).length > 1)
    throw invalid('A CrlConfiguration that is not enabled must have no other members.')
  if (crl.Enabled && (crl.S3BucketName === undefined || crl.ExpirationInDays === undefined))
    throw invalid('An enabled CrlConfiguration needs S3BucketName and ExpirationInDays.')
  for (const cname of [crl.CustomCname, ocsp.OcspCustomCname])
    if (cname !== undefined && /^[a-z]+:\/\//i.test(cname))
      throw invalid(`The CNAME ${cname} must not include a protocol prefix such as "http://".`)
  return {
    CrlConfiguration: crl.Enabled ? { S3ObjectAcl: 'PUBLIC_READ', ...crl } : crl,
    OcspConfiguration: ocsp,
  }
}

/** The CRL and OCSP addresses that certificates of this authority carry. */
export interface RevocationAddresses {
  readonly crl: string | undefined
  readonly ocsp: string | undefined
}

export function revocationAddresses(authority: Authority): RevocationAddresses {
  // Written by `checkedRevocation` alone.
  const { CrlConfiguration: crl, OcspConfiguration: ocsp } = authority.revocation as Required<Wanted>
  const [, , , region = '', , resource = ''] = authority.arn.split(':')
  const host = crl.CustomCname ?? `${crl.S3BucketName}.s3.${region}.amazonaws.com`
  const omitted = crl.CrlDistributionPointExtensionConfiguration?.OmitExtension === true
  return {
    crl: crl.Enabled && !omitted ? `http://${host}/crl/${resource.split('/')[1]}.crl` : undefined,
    ocsp: ocsp.Enabled ? `http://${ocsp.OcspCustomCname ?? `ocsp.acm-pca.${region}.amazonaws.com`}` : undefined,
  }
}

/** Days that a CRL is valid for; `undefined` when there is to be none. */
export function crlDays(authority: Authority): number | undefined {
  const { CrlConfiguration: crl } = authority.revocation as Required<Wanted>
  return crl.Enabled ? crl.ExpirationInDays : undefined
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidArgsException', message)
}
