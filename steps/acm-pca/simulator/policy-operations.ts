import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { ServiceError } from '../../aws/simulator/service.ts'
import { findAuthority, requireStatus } from './context.ts'
import type { Handlers } from './requests.ts'
import type { Status } from './status.ts'

const sharable: readonly Status[] = ['PENDING_CERTIFICATE', 'ACTIVE', 'DISABLED', 'EXPIRED']

export const policyOperations: Handlers<'PutPolicy' | 'GetPolicy' | 'DeletePolicy'> = {
  PutPolicy({ ResourceArn: arn, Policy: policy }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, sharable)
    checkPolicy(policy, arn)
    context.store.save({ ...authority, policy }, { operation: 'PutPolicy', resource: arn })
    return {}
  },

  GetPolicy({ ResourceArn: arn }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, sharable)
    if (authority.policy === undefined)
      throw new ServiceError('ResourceNotFoundException', `There is no policy on ${arn}.`)
    return { Policy: authority.policy }
  },

  DeletePolicy({ ResourceArn: arn }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, sharable)
    if (authority.policy === undefined) return {}
    const { policy: _, ...without } = authority
    context.store.save(without, { operation: 'DeletePolicy', resource: arn })
    return {}
  },
}

const policySchema = Type.Object({
  Statement: Type.Array(Type.Object({ Resource: Type.String() }), { minItems: 1 }),
})

/** Looks at the form of a policy only: nothing in a sandbox is decided by it. */
function checkPolicy(policy: string, arn: string): void {
  for (const { Resource } of statementsOf(policy))
    if (Resource !== arn)
      throw new ServiceError('InvalidPolicyException', `Every statement must have ${arn} as its resource.`)
}

function statementsOf(policy: string): Static<typeof policySchema>['Statement'] {
  try {
    return Value.Parse(policySchema, JSON.parse(policy)).Statement
  } catch {
    throw new ServiceError('InvalidPolicyException', 'The policy is not JSON with statements that have a resource.')
  }
}
