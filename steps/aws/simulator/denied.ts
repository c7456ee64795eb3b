import type { Hosted } from './answer.ts'
import { ServiceError, type Caller } from './service.ts'

/**
 * Refuses what a service that knows permissions says is denied. STS tells everybody who they are.
 *
 * @param action as IAM names it: `cloudhsm:CreateHsm`
 * @throws {ServiceError}
 */
export function refuseDenied(
  { services, queryServices }: Hosted,
  action: string,
  caller: Caller,
  errorClass: string,
  status = 400,
): void {
  if (action === 'sts:GetCallerIdentity') return
  if (![...services, ...queryServices].some(({ running }) => running.denies?.(action, caller))) return
  const text = `User: ${caller.arn} is not authorized to perform: ${action} with an explicit deny in an identity-based policy`
  throw new ServiceError(errorClass, text, status)
}
