import { ServiceError } from '../../aws/simulator/service.ts'
import { findAuthority, requireStatus } from './context.ts'
import { seconds } from './describe-operations.ts'
import { pageOf } from '../../aws/simulator/paging.ts'
import type { Handlers } from './requests.ts'
import type { Status } from './status.ts'

/** The only service that can be given permissions. */
const acm = 'acm.amazonaws.com'

const permitting: readonly Status[] = ['CREATING', 'PENDING_CERTIFICATE', 'ACTIVE', 'DISABLED', 'EXPIRED']

export const permissionOperations: Handlers<'CreatePermission' | 'DeletePermission' | 'ListPermissions'> = {
  CreatePermission({ CertificateAuthorityArn: arn, Principal: principal, SourceAccount, Actions }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, permitting)
    const sourceAccount = SourceAccount ?? context.caller.accountId
    if (principal !== acm) throw new ServiceError('ValidationException', `The principal ${principal} is not ${acm}.`)
    if (authority.permissions.some((each) => each.principal === principal && each.sourceAccount === sourceAccount))
      throw new ServiceError('PermissionAlreadyExistsException', `The permission for ${principal} already exists.`)
    const permission = { principal, sourceAccount, actions: [...Actions], createdAt: context.clock.now() }
    context.store.save(
      { ...authority, permissions: [...authority.permissions, permission] },
      { operation: 'CreatePermission', resource: arn },
    )
    return {}
  },

  DeletePermission({ CertificateAuthorityArn: arn, Principal: principal, SourceAccount }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, permitting)
    const sourceAccount = SourceAccount ?? context.caller.accountId
    const permissions = authority.permissions.filter(
      (each) => each.principal !== principal || each.sourceAccount !== sourceAccount,
    )
    if (permissions.length === authority.permissions.length)
      throw new ServiceError('ResourceNotFoundException', `There is no permission for ${principal}.`)
    context.store.save({ ...authority, permissions }, { operation: 'DeletePermission', resource: arn })
    return {}
  },

  ListPermissions(input, context) {
    const { CertificateAuthorityArn: arn } = input
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, permitting)
    const { page, ...next } = pageOf(
      authority.permissions,
      ({ principal, sourceAccount }) => `${principal} ${sourceAccount}`,
      input,
      context.settings.pageSize,
    )
    const Permissions = page.map(({ principal, sourceAccount, actions, createdAt }) => ({
      CertificateAuthorityArn: arn,
      CreatedAt: seconds(createdAt),
      Principal: principal,
      SourceAccount: sourceAccount,
      Actions: actions,
    }))
    return { Permissions, ...next }
  },
}
