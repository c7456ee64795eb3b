import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import { ask } from './client.ts'

/** Whose policies are simulated, or why nobody's can be. */
export type PolicySource = { readonly arn: string } | { readonly why: string }

/**
 * The user or role whose policies decide what the caller may.
 *
 * A session's ARN names its role without the role's path, which roles of IAM Identity Center have; so IAM is asked for the role, and the
 * path taken for none where that is denied.
 *
 * @throws {StepError}
 */
export async function policySourceOf(target: Aws, signal: AbortSignal): Promise<PolicySource> {
  const { callerArn, partition, accountId } = target
  const [, , service, , , resource = ''] = callerArn.split(':')
  const [kind, name = ''] = resource.split('/')
  if (service === 'iam' && (kind === 'user' || kind === 'role')) return { arn: callerArn }
  if (service === 'iam' && resource === 'root')
    return { why: 'the root user is allowed everything that is not denied to all' }
  if (service !== 'sts' || kind !== 'assumed-role')
    return { why: `what \`${callerArn}\` may is not decided by policies of a user or role alone` }
  const role = await ask({ target, signal }, 'GetRole', (client, options) =>
    client.getRole({ RoleName: name }, options),
  ).catch((error: unknown) => {
    if (StepError.is(error) && error.code === 'denied') return undefined
    throw error
  })
  return { arn: role?.Role?.Arn ?? `arn:${partition}:iam::${accountId}:role/${name}` }
}
