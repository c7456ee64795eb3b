import type { ACMPCA } from '@aws-sdk/client-acm-pca'
import { asker, type AwsService } from '../aws/ask.ts'

export type { CertificateAuthority, RevocationReason } from '@aws-sdk/client-acm-pca'

const service: AwsService<ACMPCA> = {
  name: 'AWS Private CA',
  prefix: 'acm-pca',
  classes: {
    CertificateMismatchException: 'invalid',
    ConcurrentModificationException: 'in-use',
    InvalidArgsException: 'invalid',
    InvalidArnException: 'invalid',
    InvalidNextTokenException: 'invalid',
    InvalidPolicyException: 'invalid',
    InvalidRequestException: 'invalid',
    InvalidStateException: 'in-use',
    InvalidTagException: 'invalid',
    LimitExceededException: 'denied',
    LockoutPreventedException: 'denied',
    MalformedCertificateException: 'invalid',
    MalformedCSRException: 'invalid',
    PermissionAlreadyExistsException: 'conflict',
    RequestAlreadyProcessedException: 'conflict',
    RequestFailedException: 'invalid',
    RequestInProgressException: 'in-use',
    ResourceNotFoundException: 'not-found',
    TooManyTagsException: 'invalid',
  },
  async open(config) {
    const { ACMPCA } = await import('@aws-sdk/client-acm-pca')
    return new ACMPCA(config)
  },
}

/** Sends one request to AWS Private CA, once. @throws {StepError} */
export const ask = asker(service)
