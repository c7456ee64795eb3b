import type { Family } from '../../engine/step/family.ts'
import { cloudHsmClientBinding } from './hsm-client/binding.ts'
import { readCluster } from './read-cluster.ts'

/** AWS CloudHSM. */
export const cloudhsm: Family = {
  name: 'cloudhsm',
  summary: 'Clusters of HSMs in AWS CloudHSM, their backups, users and keys',
  stepTypes: [readCluster],
  bindingKinds: [cloudHsmClientBinding],
  simulators: [
    async () => {
      const { awsSimulator } = await import('../aws/simulator/aws-simulator.ts')
      const { cloudhsmService } = await import('./simulator/service.ts')
      return awsSimulator([cloudhsmService()])
    },
  ],
}
