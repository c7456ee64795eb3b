import type { Family } from '../../engine/step/family.ts'
import { awaitBackup } from './await-backup.ts'
import { copyBackup } from './copy-backup.ts'
import { deleteBackup } from './delete-backup.ts'
import { cloudHsmClientBinding } from './hsm-client/binding.ts'
import { keepBackup } from './keep-backup.ts'
import { listKeyPlaces } from './list-key-places.ts'
import { pruneBackups } from './prune-backups.ts'
import { readCluster } from './read-cluster.ts'

/** AWS CloudHSM. */
export const cloudhsm: Family = {
  name: 'cloudhsm',
  summary: 'Clusters of HSMs in AWS CloudHSM, their backups, users and keys',
  stepTypes: [readCluster, awaitBackup, copyBackup, keepBackup, pruneBackups, deleteBackup, listKeyPlaces],
  bindingKinds: [cloudHsmClientBinding],
  simulators: [
    async () => {
      const { awsSimulator } = await import('../aws/simulator/aws-simulator.ts')
      const { cloudhsmService } = await import('./simulator/service.ts')
      return awsSimulator([cloudhsmService()])
    },
    async () => (await import('./simulator/client/client-simulator.ts')).cloudHsmClientSimulator,
  ],
}
