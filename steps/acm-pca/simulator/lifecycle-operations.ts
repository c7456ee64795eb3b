import { ServiceError } from '../../aws/simulator/service.ts'
import { findAuthority, requireStatus } from './context.ts'
import { crlDays, checkedRevocation } from './revocation-configuration.ts'
import type { Handlers } from './requests.ts'

const dayMs = 24 * 60 * 60_000

export const lifecycleOperations: Handlers<
  'UpdateCertificateAuthority' | 'DeleteCertificateAuthority' | 'RestoreCertificateAuthority'
> = {
  UpdateCertificateAuthority(
    { CertificateAuthorityArn: arn, RevocationConfiguration: revocation, Status: wanted },
    context,
  ) {
    const { authority, status } = findAuthority(arn, context)
    if (revocation === undefined && wanted === undefined)
      throw new ServiceError('InvalidArgsException', 'Either a revocation configuration or a status is needed.')
    if (wanted !== undefined && wanted !== 'ACTIVE' && wanted !== 'DISABLED')
      throw new ServiceError('InvalidArgsException', `The status cannot be set to ${wanted}.`)
    requireStatus(
      arn,
      status,
      wanted === undefined ? ['PENDING_CERTIFICATE', 'ACTIVE', 'DISABLED'] : ['ACTIVE', 'DISABLED'],
    )
    const now = context.clock.now()
    const changed = {
      ...authority,
      ...(wanted === undefined ? {} : { disabled: wanted === 'DISABLED', changedAt: now }),
      ...(revocation === undefined
        ? {}
        : { revocation: checkedRevocation({ ...authority.revocation, ...revocation }) }),
    }
    const crlIsNew =
      crlDays(authority) === undefined && crlDays(changed) !== undefined && status !== 'PENDING_CERTIFICATE'
    const due = crlIsNew ? { crlDueAt: now + context.settings.firstCrlMs } : {}
    context.store.save({ ...changed, ...due }, { operation: 'UpdateCertificateAuthority', resource: arn })
    return {}
  },

  DeleteCertificateAuthority({ CertificateAuthorityArn: arn, PermanentDeletionTimeInDays: days = 30 }, context) {
    const { authority, status } = findAuthority(arn, context)
    // A CA in use must be disabled first.
    requireStatus(arn, status, ['CREATING', 'PENDING_CERTIFICATE', 'DISABLED', 'EXPIRED', 'FAILED'])
    const now = context.clock.now()
    context.store.save(
      { ...authority, deleted: { restorableUntil: now + days * dayMs }, changedAt: now },
      { operation: 'DeleteCertificateAuthority', resource: arn },
    )
    return {}
  },

  RestoreCertificateAuthority({ CertificateAuthorityArn: arn }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, ['DELETED'])
    const { deleted: _, ...restored } = authority
    context.store.save(
      { ...restored, changedAt: context.clock.now() },
      { operation: 'RestoreCertificateAuthority', resource: arn },
    )
    return {}
  },
}
