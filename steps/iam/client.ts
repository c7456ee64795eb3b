import type { IAM } from '@aws-sdk/client-iam'
import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError, type ErrorCode } from '../../engine/step/errors.ts'
import { clientConfig } from '../aws/client-config.ts'
import { stepErrorFrom } from '../aws/sdk-error.ts'

/** Error classes of IAM, by the code they mean. */
const classes: Readonly<Record<string, ErrorCode>> = {
  InvalidInput: 'invalid',
  InvalidInputException: 'invalid',
  NoSuchEntity: 'not-found',
  NoSuchEntityException: 'not-found',
  PolicyEvaluation: 'transient',
  PolicyEvaluationException: 'transient',
  ServiceFailure: 'transient',
  ServiceFailureException: 'transient',
}

/**
 * Sends one request to IAM, once.
 *
 * @param operation as the API names it, for messages
 * @throws {StepError}
 */
export async function ask<R>(
  target: Aws,
  signal: AbortSignal,
  operation: string,
  send: (client: IAM, options: { abortSignal: AbortSignal }) => Promise<R>,
): Promise<R> {
  if (signal.aborted) throw new StepError('cancelled', 'stopped on request before AWS IAM was asked')
  const { IAM } = await import('@aws-sdk/client-iam')
  // A client of its own: the SDK remembers a clock difference per client and would carry on with it.
  const client = new IAM(clientConfig(target))
  try {
    return await send(client, { abortSignal: signal })
  } catch (error) {
    throw stepErrorFrom(error, `iam:${operation}`, classes)
  } finally {
    client.destroy()
  }
}
