import type * as Sdk from '@aws-sdk/client-cloudhsm-v2'
import { buffer } from 'node:stream/consumers'
import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError, type ErrorCode } from '../../engine/step/errors.ts'
import { clientConfig } from '../aws/client-config.ts'
import { stepErrorFrom } from '../aws/sdk-error.ts'
import { withDropped } from './dropped-members.ts'

/** A cluster, with the members that the installed client does not know. */
export interface Cluster extends Sdk.Cluster {
  readonly Mode?: 'FIPS' | 'NON_FIPS'
  readonly NetworkType?: 'IPV4' | 'DUALSTACK'
  /** Seconds since the epoch, as the wire has it. */
  readonly HsmTypeRollbackExpiration?: number
}

/** A backup, with the members that the installed client does not know. */
export interface Backup extends Sdk.Backup {
  readonly BackupArn?: string
  readonly HsmType?: string
  readonly Mode?: 'FIPS' | 'NON_FIPS'
}

export type Hsm = Sdk.Hsm
export type ModifyCluster = Sdk.ModifyClusterCommandInput

/** The part of a step's context that a request needs. */
export interface Asking {
  readonly target: Aws
  readonly signal: AbortSignal
  /** Milliseconds since the epoch on the run's clock. */
  now(): number
}

/**
 * Error classes of CloudHSM, by the code they mean. `CloudHsmInternalFailureException` is not among them: as an HTTP 500 it does
 * not prove that nothing was done.
 */
const classes: Readonly<Record<string, ErrorCode>> = {
  CloudHsmAccessDeniedException: 'denied',
  CloudHsmInvalidRequestException: 'invalid',
  CloudHsmResourceLimitExceededException: 'denied',
  CloudHsmResourceNotFoundException: 'not-found',
  CloudHsmServiceException: 'transient', // "an error occurred": it names no other reason
  CloudHsmTagException: 'invalid',
}

/**
 * Sends one request to CloudHSM, once.
 *
 * @param operation as the API names it, for messages
 * @returns the client's answer, and in it what the client left out of the service's: the caller says which members these are
 * @throws {StepError}
 */
export async function ask<R extends object>(
  { target, signal }: Asking,
  operation: string,
  send: (client: Sdk.CloudHSMV2, options: { abortSignal: AbortSignal }) => Promise<R>,
): Promise<R> {
  requireRunning(signal)
  const { CloudHSMV2 } = await import('@aws-sdk/client-cloudhsm-v2')
  // A client of its own: the SDK remembers a clock difference per client and would carry on with it.
  const client = new CloudHSMV2(clientConfig(target))
  let body = Buffer.alloc(0)
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { response } = result
      // Innermost of its step: the response is as it came from the wire, and the client reads bytes as well as a stream.
      if (isStreamed(response)) {
        body = await buffer(response.body)
        Object.assign(response, { body })
      }
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'runbookWholeBody' },
  )
  try {
    const answer = await send(client, { abortSignal: signal })
    return withDropped(answer, body.length === 0 ? {} : JSON.parse(body.toString('utf8')))
  } catch (error) {
    throw stepErrorFrom(error, `cloudhsm:${operation}`, classes)
  } finally {
    client.destroy()
  }
}

/** @throws {StepError} `cancelled`, before anything was sent */
export function requireRunning(signal: AbortSignal): void {
  if (signal.aborted) throw new StepError('cancelled', 'stopped on request before AWS CloudHSM was asked')
}

/** Gives `undefined` instead of one class of error: an answer, not a failure. */
export async function unless<R>(errorClass: string, asked: Promise<R>): Promise<R | undefined> {
  try {
    return await asked
  } catch (error) {
    if (StepError.is(error) && error.facts['errorClass'] === errorClass) return undefined
    throw error
  }
}

/** The id that AWS gave a request, for the journal: CloudTrail has the same. */
export function requestOf({ requestId }: { readonly requestId?: string | undefined }): { readonly requestId?: string } {
  return requestId === undefined ? {} : { requestId }
}

/** What the model says is always there, and the SDK's types do not. Whatever was asked for may have been done all the same. */
export function present<T>(value: T | undefined, operation: string, member: string): T {
  if (value !== undefined) return value
  throw new StepError('transient', `cloudhsm:${operation} answered without \`${member}\``, { outcomeUnknown: true })
}

function isStreamed(response: unknown): response is { readonly body: AsyncIterable<Uint8Array> } {
  if (typeof response !== 'object' || response === null || !('body' in response)) return false
  const { body } = response
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
