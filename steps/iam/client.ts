import type { IAM } from '@aws-sdk/client-iam'
import { asker, type AwsService } from '../aws/ask.ts'

export type { EvaluationResult } from '@aws-sdk/client-iam'

const service: AwsService<IAM> = {
  name: 'AWS IAM',
  prefix: 'iam',
  classes: {
    InvalidInput: 'invalid',
    InvalidInputException: 'invalid',
    NoSuchEntity: 'not-found',
    NoSuchEntityException: 'not-found',
    PolicyEvaluation: 'transient',
    PolicyEvaluationException: 'transient',
    ServiceFailure: 'transient',
    ServiceFailureException: 'transient',
  },
  async open(config) {
    const { IAM } = await import('@aws-sdk/client-iam')
    return new IAM(config)
  },
}

/** Sends one request to IAM, once. @throws {StepError} */
export const ask = asker(service)
