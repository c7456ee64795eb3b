import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { StepError } from '../../engine/step/errors.ts'
import { askOnce, type Asking, type AwsService } from '../aws/ask.ts'

const service: AwsService<SecretsManager> = {
  name: 'AWS Secrets Manager',
  prefix: 'secretsmanager',
  classes: {
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
  },
  async open(config) {
    const { SecretsManager } = await import('@aws-sdk/client-secrets-manager')
    return new SecretsManager(config)
  },
}

/** Sends one request to Secrets Manager, once. @throws {StepError} */
export function ask<R>(
  asking: Asking,
  operation: string,
  send: (client: SecretsManager, options: { abortSignal: AbortSignal }) => Promise<R>,
): Promise<R> {
  return askOnce(service, asking, operation, async (client, options) => {
    try {
      return await send(client, options)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      // its text, and the text of what caused it, would repeat a part of the answer, which holds the secret
      throw new StepError('transient', `secretsmanager:${operation} answered what is no JSON`, { outcomeUnknown: true })
    }
  })
}
