import type { SimulatorClock } from '../../../engine/step/simulator.ts'
import { ServiceError, type Caller } from '../../aws/simulator/service.ts'
import type { PcaSettings } from './settings.ts'
import type { Authority } from './state.ts'
import { statusOf, type Status } from './status.ts'
import type { Store } from './store.ts'

/** What every operation works with. */
export interface PcaContext {
  readonly store: Store
  readonly settings: PcaSettings
  readonly clock: SimulatorClock
  /** The real clock, for certificates and CRLs; milliseconds since the epoch. */
  readonly realNow: () => number
  readonly caller: Caller
}

const authorityArn = /^arn:[^:]+:acm-pca:[^:]+:[0-9]{12}:certificate-authority\/[0-9a-f-]{36}$/

/**
 * The authority of an ARN and its status.
 *
 * @throws {ServiceError} `InvalidArnException`, `ResourceNotFoundException`
 */
export function findAuthority(arn: string, context: PcaContext): { authority: Authority; status: Status } {
  if (!authorityArn.test(arn))
    throw new ServiceError('InvalidArnException', `${arn} is not a valid certificate authority ARN`)
  const authority = context.store.find(arn)
  const status = authority && statusOf(authority, context.clock.now(), context.realNow())
  if (authority === undefined || status === undefined || !isOwn(arn, context.caller))
    throw new ServiceError('ResourceNotFoundException', `Could not find certificate authority ${arn}`)
  return { authority, status }
}

/** True for an ARN of the caller's account and Region. */
export function isOwn(arn: string, { partition, region, accountId }: Caller): boolean {
  return arn.startsWith(`arn:${partition}:acm-pca:${region}:${accountId}:`)
}

/** @throws {ServiceError} `InvalidStateException` unless the status is one of these */
export function requireStatus(arn: string, status: Status, allowed: readonly Status[]): void {
  if (!allowed.includes(status))
    throw new ServiceError(
      'InvalidStateException',
      `The certificate authority ${arn} is not in a valid state: ${status}`,
    )
}
