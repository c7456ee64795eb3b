import type * as Sdk from '@aws-sdk/client-cloudhsm-v2'
import { buffer } from 'node:stream/consumers'
import { askOnce, type Asking as AwsAsking, type AwsService, present as presentIn } from '../aws/ask.ts'
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
export interface Asking extends AwsAsking {
  /** Milliseconds since the epoch on the run's clock. */
  now(): number
}

const service: AwsService<Sdk.CloudHSMV2> = {
  name: 'AWS CloudHSM',
  prefix: 'cloudhsm',
  // `CloudHsmInternalFailureException` is not among them: as an HTTP 500 it does not prove that nothing was done
  classes: {
    CloudHsmAccessDeniedException: 'denied',
    CloudHsmInvalidRequestException: 'invalid',
    CloudHsmResourceLimitExceededException: 'denied',
    CloudHsmResourceNotFoundException: 'not-found',
    CloudHsmServiceException: 'transient', // "an error occurred": it names no other reason
    CloudHsmTagException: 'invalid',
  },
  async open(config) {
    const { CloudHSMV2 } = await import('@aws-sdk/client-cloudhsm-v2')
    return new CloudHSMV2(config)
  },
}

/**
 * Sends one request to CloudHSM, once.
 *
 * @param operation as the API names it, for messages
 * @returns the client's answer, and in it what the client left out of the service's: the caller says which members these are
 * @throws {StepError}
 */
export function ask<R extends object>(
  asking: Asking,
  operation: string,
  send: (client: Sdk.CloudHSMV2, options: { abortSignal: AbortSignal }) => Promise<R>,
): Promise<R> {
  return askOnce(service, asking, operation, async (client, options) => {
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
    const answer = await send(client, options)
    return withDropped(answer, body.length === 0 ? {} : JSON.parse(body.toString('utf8')))
  })
}

/** {@link presentIn} of an operation of CloudHSM. */
export function present<T>(value: T | undefined, operation: string, member: string): T {
  return presentIn(value, `cloudhsm:${operation}`, member)
}

function isStreamed(response: unknown): response is { readonly body: AsyncIterable<Uint8Array> } {
  if (typeof response !== 'object' || response === null || !('body' in response)) return false
  const { body } = response
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
