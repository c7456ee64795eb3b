import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { openAws, startSandbox, type Sandbox, type TestWorld } from '../aws/sandbox.ts'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import type { Aws } from '../../../../engine/step/capabilities.ts'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { secretsManagerService } from '../../../../steps/secrets-manager/simulator/service.ts'

export interface Secrets extends Sandbox {
  readonly aws: Aws
  readonly client: SecretsManager
}

/** A simulated Secrets Manager, joined to the rest of AWS as a sandbox does, and the official client for it. */
export async function startSecrets(world?: TestWorld): Promise<Secrets> {
  const joined = awsSimulator([acmPcaService()]).join?.(awsSimulator([secretsManagerService()]))
  if (joined === undefined) throw new Error('cannot be joined')
  const sandbox = await startSandbox(joined, {}, world)
  const aws = await openAws(sandbox.entry)
  return { ...sandbox, aws, client: new SecretsManager(clientConfig(aws)) }
}

/** What an operation is refused with. */
export async function refusal(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  )
}
