import type { Family } from '../../engine/step/family.ts'
import { permissions } from './permissions.ts'

/** AWS IAM: what a caller may. */
export const iam: Family = {
  name: 'iam',
  summary: 'What the caller of an AWS account may do',
  stepTypes: [],
  bindingKinds: [],
  preflight: [permissions],
  simulators: [
    async () => {
      const { awsSimulator } = await import('../aws/simulator/aws-simulator.ts')
      const { iamService } = await import('./simulator/service.ts')
      return awsSimulator([iamService()])
    },
  ],
}
