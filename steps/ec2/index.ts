import type { Family } from '../../engine/step/family.ts'
import { checkSecurityGroup } from './check-security-group.ts'

/** The network of an AWS account, which is only looked at. */
export const ec2: Family = {
  name: 'ec2',
  summary: 'The network of an AWS account',
  stepTypes: [checkSecurityGroup],
  bindingKinds: [],
  simulators: [
    async () => {
      const { awsSimulator } = await import('../aws/simulator/aws-simulator.ts')
      const { ec2Service } = await import('./simulator/service.ts')
      return awsSimulator([ec2Service()])
    },
  ],
}
