import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError, type ErrorCode } from '../../engine/step/errors.ts'
import { clientConfig } from '../aws/client-config.ts'
import { stepErrorFrom } from '../aws/sdk-error.ts'

/** Error classes of Secrets Manager, by the code they mean. */
const classes: Readonly<Record<string, ErrorCode>> = {
  DecryptionFailure: 'denied',
  EncryptionFailure: 'denied',
  InternalServiceError: 'transient',
  InvalidNextTokenException: 'invalid',
  InvalidParameterException: 'invalid',
  InvalidRequestException: 'conflict', // the secret is not in a state for it: scheduled for deletion
  LimitExceededException: 'denied',
  MalformedPolicyDocumentException: 'invalid',
  PreconditionNotMetException: 'conflict',
  PublicPolicyException: 'denied',
  ResourceExistsException: 'conflict',
  ResourceNotFoundException: 'not-found',
}

/**
 * Sends one request to Secrets Manager, once.
 *
 * @param operation as the API names it, for messages
 * @throws {StepError}
 */
export async function ask<R>(
  target: Aws,
  signal: AbortSignal,
  operation: string,
  send: (client: SecretsManager, options: { abortSignal: AbortSignal }) => Promise<R>,
): Promise<R> {
  if (signal.aborted) throw new StepError('cancelled', 'stopped on request before AWS Secrets Manager was asked')
  const { SecretsManager } = await import('@aws-sdk/client-secrets-manager')
  // A client of its own: the SDK remembers a clock difference per client and would carry on with it.
  const client = new SecretsManager(clientConfig(target))
  try {
    return await send(client, { abortSignal: signal })
  } catch (error) {
    // its text, and the text of what caused it, would repeat a part of the answer, which holds the secret
    if (error instanceof SyntaxError)
      throw new StepError('transient', `secretsmanager:${operation} answered what is no JSON`, { outcomeUnknown: true })
    throw stepErrorFrom(error, `secretsmanager:${operation}`, classes)
  } finally {
    client.destroy()
  }
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
