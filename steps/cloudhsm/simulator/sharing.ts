import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { invalid, isOwn, notFound, requireState, type CloudHsmContext } from './context.ts'
import { backupArn } from './describe.ts'
import { backupState } from './lifecycle.ts'
import type { Backup } from './state.ts'

const oneOrMore = Type.Union([Type.String(), Type.Array(Type.String())])

const policySchema = Type.Object({
  Statement: Type.Array(
    Type.Object({
      Effect: Type.Enum(['Allow', 'Deny']),
      Principal: Type.Union([Type.Literal('*'), Type.Object({ AWS: oneOrMore })]),
      Action: oneOrMore,
    }),
    { minItems: 1 },
  ),
})

/** @throws {ServiceError} unless it is JSON with statements that name principals and actions */
export function parsePolicy(policy: string): Static<typeof policySchema> {
  try {
    return Value.Parse(policySchema, JSON.parse(policy))
  } catch {
    throw invalid('The policy is not JSON with statements that have an effect, principals and actions.')
  }
}

/** Whether the policy of a backup lets another account do this. */
export function isShared({ policy }: Backup, accountId: string, action: string): boolean {
  if (policy === undefined) return false
  const matching = parsePolicy(policy).Statement.filter(({ Principal, Action }) => {
    const principals = Principal === '*' ? ['*'] : [Principal.AWS].flat()
    const account = new RegExp(`^(\\*|${accountId}|arn:[^:]+:iam::${accountId}:.+)$`)
    return (
      principals.some((each) => account.test(each)) &&
      [Action].flat().some((each) => ['*', 'cloudhsm:*', action].includes(each))
    )
  })
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow')
}

/**
 * The backup that a cluster is to be made of: one of the caller's, or one that another account shares, which only its ARN names.
 *
 * @throws {ServiceError}
 */
export function findSource(idOrArn: string, { store, caller, clock }: CloudHsmContext): Backup {
  const found = store.state.backups.find((backup) => {
    if (isOwn(backup, caller) && backup.id === idOrArn) return true
    const mayBeUsed = isOwn(backup, caller) || isShared(backup, caller.accountId, 'cloudhsm:CreateCluster')
    return backup.region === caller.region && backupArn(backup) === idOrArn && mayBeUsed
  })
  const state = found && backupState(found, clock.now())
  if (found === undefined || state === undefined || state === 'DELETED')
    throw notFound(`Backup ${idOrArn} does not exist.`)
  requireState(found.id, state, ['READY'])
  return found
}
