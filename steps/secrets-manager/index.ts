import type { Family } from '../../engine/step/family.ts'
import { secretsManagerSource } from './source.ts'

/** AWS Secrets Manager. */
export const secretsManager: Family = {
  name: 'secrets-manager',
  summary: 'Secrets in AWS Secrets Manager, by reference',
  stepTypes: [],
  bindingKinds: [],
  secretSources: [secretsManagerSource],
  simulators: [
    async () => {
      const { awsSimulator } = await import('../aws/simulator/aws-simulator.ts')
      const { secretsManagerService } = await import('./simulator/service.ts')
      return awsSimulator([secretsManagerService()])
    },
  ],
}
