import { ServiceError } from '../../aws/simulator/service.ts'
import { findUsable, seconds, type Handlers } from './context.ts'

const dayMs = 24 * 60 * 60_000

export const deleteOperation: Handlers<'DeleteSecret'> = {
  DeleteSecret({ SecretId: id, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false }, context) {
    if (force && days !== undefined)
      throw new ServiceError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      )
    if (days !== undefined && (days < 7 || days > 30))
      throw new ServiceError(
        'InvalidParameterException',
        'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      )
    const secret = findUsable(id, context)
    const deletedAt = context.clock.now() + (force ? 0 : (days ?? 30) * dayMs)
    context.store.save({ ...secret, deletedAt }, 'DeleteSecret')
    return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(deletedAt) }
  },
}
