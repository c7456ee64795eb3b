import { findBackup, invalid, requireState, type CloudHsmContext } from './context.ts'
import { backupArn } from './describe.ts'
import type { Handlers } from './requests.ts'
import { parsePolicy } from './sharing.ts'
import type { Backup } from './state.ts'

export const policyOperations: Handlers<'PutResourcePolicy' | 'GetResourcePolicy' | 'DeleteResourcePolicy'> = {
  PutResourcePolicy({ ResourceArn: arn, Policy: policy }, context) {
    const backup = sharable(arn, context)
    if (policy === undefined) throw invalid('A policy is needed.')
    parsePolicy(policy)
    context.store.save({ backups: [{ ...backup, policy }] }, { operation: 'PutResourcePolicy', resource: backup.id })
    return { ResourceArn: backupArn(backup), Policy: policy }
  },

  GetResourcePolicy({ ResourceArn: arn }, context) {
    const { policy } = sharable(arn, context)
    return policy === undefined ? {} : { Policy: policy }
  },

  DeleteResourcePolicy({ ResourceArn: arn }, context) {
    const backup = sharable(arn, context)
    const { policy, ...without } = backup
    if (policy === undefined) return { ResourceArn: backupArn(backup) }
    context.store.save({ backups: [without] }, { operation: 'DeleteResourcePolicy', resource: backup.id })
    return { ResourceArn: backupArn(backup), Policy: policy }
  },
}

/** Only backups of the caller's own that are READY can be shared. */
function sharable(arn: string | undefined, context: CloudHsmContext): Backup {
  const id = /:backup\/(backup-[2-7a-zA-Z]{11,16})$/.exec(arn ?? '')?.[1]
  if (id === undefined) throw invalid('The ARN of a backup is needed.')
  const { backup, state } = findBackup(id, context)
  if (backupArn(backup) !== arn) throw invalid(`${arn} is another account's, or in another Region.`)
  requireState(id, state, ['READY'])
  return backup
}
