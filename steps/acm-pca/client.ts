import type { ACMPCA } from '@aws-sdk/client-acm-pca'
import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError, type ErrorCode } from '../../engine/step/errors.ts'
import { clientConfig } from '../aws/client-config.ts'
import { stepErrorFrom } from '../aws/sdk-error.ts'

export type { CertificateAuthority, RevocationReason } from '@aws-sdk/client-acm-pca'

/** The part of a step's context that a request needs. */
export interface Asking {
  readonly target: Aws
  readonly signal: AbortSignal
}

/** Error classes of AWS Private CA, by the code they mean. */
const classes: Readonly<Record<string, ErrorCode>> = {
  CertificateMismatchException: 'invalid',
  ConcurrentModificationException: 'in-use',
  InvalidArgsException: 'invalid',
  InvalidArnException: 'invalid',
  InvalidNextTokenException: 'invalid',
  InvalidPolicyException: 'invalid',
  InvalidRequestException: 'invalid',
  InvalidStateException: 'in-use',
  InvalidTagException: 'invalid',
  LimitExceededException: 'denied',
  LockoutPreventedException: 'denied',
  MalformedCertificateException: 'invalid',
  MalformedCSRException: 'invalid',
  PermissionAlreadyExistsException: 'conflict',
  RequestAlreadyProcessedException: 'conflict',
  RequestFailedException: 'invalid',
  RequestInProgressException: 'in-use',
  ResourceNotFoundException: 'not-found',
  TooManyTagsException: 'invalid',
}

/**
 * Sends one request to AWS Private CA, once.
 *
 * @param operation as the API names it, for messages
 * @throws {StepError}
 */
export async function ask<R>(
  { target, signal }: Asking,
  operation: string,
  send: (client: ACMPCA, options: { abortSignal: AbortSignal }) => Promise<R>,
): Promise<R> {
  requireRunning(signal)
  const { ACMPCA } = await import('@aws-sdk/client-acm-pca')
  // A client of its own: the SDK remembers a clock difference per client and would carry on with it.
  const client = new ACMPCA(clientConfig(target))
  try {
    return await send(client, { abortSignal: signal })
  } catch (error) {
    throw stepErrorFrom(error, `acm-pca:${operation}`, classes)
  } finally {
    client.destroy()
  }
}

/** @throws {StepError} `cancelled`, before anything was sent */
export function requireRunning(signal: AbortSignal): void {
  if (signal.aborted) throw new StepError('cancelled', 'stopped on request before AWS Private CA was asked')
}

/** Gives `undefined` instead of one class of error: an answer, not a failure. */
export async function unless<R>(errorClass: string, asked: Promise<R>): Promise<R | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isClass(error, errorClass)) return undefined
    throw error
  }
}

/** True for a service error of this class. */
export function isClass(error: unknown, errorClass: string): error is StepError {
  return StepError.is(error) && error.facts['errorClass'] === errorClass
}

/** The id that AWS gave a request, for the journal: CloudTrail has the same. */
export function requestOf({ requestId }: { readonly requestId?: string | undefined }): { readonly requestId?: string } {
  return requestId === undefined ? {} : { requestId }
}

/** What the model says is always there, and the SDK's types do not. Whatever was asked for may have been done all the same. */
export function present<T>(value: T | undefined, operation: string, member: string): T {
  if (value !== undefined) return value
  throw new StepError('transient', `acm-pca:${operation} answered without \`${member}\``, { outcomeUnknown: true })
}
