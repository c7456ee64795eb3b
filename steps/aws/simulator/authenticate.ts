import type { Account, Accounts } from './accounts.ts'
import { ServiceError, type Caller } from './service.ts'
import { isSignatureRight, parseAuthorization, signingTime, type SignedRequest } from './sigv4.ts'

/** How far the time of a signature may be from this machine's clock, in milliseconds. */
const toleratedSkewMs = 5 * 60_000

/** The names that two generations of AWS protocols give to the same refusals. */
export interface AuthenticationErrors {
  readonly missing: string
  readonly unknownKey: string
  readonly wrongSignature: string
  readonly status: number
}

export const jsonErrors: AuthenticationErrors = {
  missing: 'MissingAuthenticationTokenException',
  unknownKey: 'UnrecognizedClientException',
  wrongSignature: 'InvalidSignatureException',
  status: 400,
}

/** What a signature is for. */
export interface SigningScope {
  readonly signingName: string
  /** True: it may be for the Region that stands for all of its partition. */
  readonly global?: boolean
}

/**
 * Finds out who signed a request.
 *
 * @param scope what the signature must be for
 * @param now the real clock: signatures know no other
 * @throws {ServiceError} as AWS does, before the request is looked at
 */
export function authenticate(
  request: SignedRequest,
  scope: SigningScope,
  accounts: Accounts,
  errors: AuthenticationErrors,
  now: number,
): Caller {
  const refuse = (errorClass: string, message: string): ServiceError =>
    new ServiceError(errorClass, message, errors.status)
  const header = request.headers['authorization']
  const authorization = parseAuthorization(typeof header === 'string' ? header : undefined)
  if (authorization === undefined) throw refuse(errors.missing, 'Missing Authentication Token')
  const account = accounts.findByKey(authorization.accessKeyId)
  if (account === undefined) throw refuse(errors.unknownKey, 'The security token included in the request is invalid.')
  const time = signingTime(request)
  if (time === undefined || Math.abs(now - time) > toleratedSkewMs)
    throw refuse(errors.wrongSignature, expired(time, now))
  const { signingName, global = false } = scope
  const regions = [account.region, ...(global ? [globalRegion(account.partition)] : [])]
  if (authorization.service !== signingName || !regions.includes(authorization.region))
    throw refuse(
      errors.wrongSignature,
      `Credential should be scoped to service '${signingName}' in region '${account.region}', not '${authorization.service}' in '${authorization.region}'.`,
    )
  if (!isSignatureRight(request, authorization, accounts.secret(account)))
    throw refuse(
      errors.wrongSignature,
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    )
  return callerOf(account)
}

/** The Region that signatures for a service of all Regions name. */
function globalRegion(partition: string): string {
  if (partition === 'aws-cn') return 'cn-north-1'
  return partition === 'aws-us-gov' ? 'us-gov-west-1' : 'us-east-1'
}

/** Who works with an account's key. */
export function callerOf({ accountId, partition, region, userId }: Account): Caller {
  return { accountId, partition, region, userId, arn: `arn:${partition}:iam::${accountId}:user/runbook-sandbox` }
}

/** The text of a refusal for the age of a signature. */
export function expired(time: number | undefined, now: number): string {
  const signed = time === undefined ? 'without a time' : stamp(time)
  return `Signature expired: ${signed} is not within 5 minutes of ${stamp(now)}`
}

function stamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
