import type { Family } from '../../engine/step/family.ts'
import { activate } from './activate.ts'
import { awaitAdmins } from './await-admins.ts'
import { awaitBackup } from './await-backup.ts'
import { checkQuota } from './check-quota.ts'
import { configureClient } from './configure-client.ts'
import { copyBackup } from './copy-backup.ts'
import { createCluster } from './create-cluster.ts'
import { createHsm } from './create-hsm.ts'
import { createUser } from './create-user.ts'
import { deleteBackup } from './delete-backup.ts'
import { deleteHsm } from './delete-hsm.ts'
import { deleteThrowAway } from './delete-throw-away.ts'
import { generateKeyPair } from './generate-key-pair.ts'
import { cloudHsmClientBinding } from './hsm-client/binding.ts'
import { importWrappingKey } from './import-wrapping-key.ts'
import { initialize } from './initialize.ts'
import { keepBackup } from './keep-backup.ts'
import { listKeyPlaces } from './list-key-places.ts'
import { migrateHsmType } from './migrate-hsm-type.ts'
import { proveKey } from './prove-key.ts'
import { posture } from './posture.ts'
import { clientVersion } from './preflight/client-version.ts'
import { clusters } from './preflight/clusters.ts'
import { ports } from './preflight/ports.ts'
import { quotas } from './preflight/quotas.ts'
import { reachable } from './preflight/reachable.ts'
import { subnets } from './preflight/subnets.ts'
import { users } from './preflight/users.ts'
import { pruneBackups } from './prune-backups.ts'
import { readCluster } from './read-cluster.ts'
import { readUsers } from './read-users.ts'
import { requestCertificate } from './request-certificate.ts'
import { restoreCluster } from './restore-cluster.ts'
import { rollBackHsmType } from './roll-back-hsm-type.ts'
import { setQuorum } from './set-quorum.ts'
import { trustKey } from './trust-key.ts'
import { verifyHsmIdentity } from './verify-hsm-identity.ts'
import { wrapKey } from './wrap-key.ts'

/** AWS CloudHSM. */
export const cloudhsm: Family = {
  name: 'cloudhsm',
  summary: 'Clusters of HSMs in AWS CloudHSM, their backups, users and keys',
  stepTypes: [
    ...[checkQuota, createCluster, createHsm, readCluster, verifyHsmIdentity, requestCertificate, initialize],
    ...[deleteHsm, restoreCluster, deleteThrowAway, migrateHsmType, rollBackHsmType],
    ...[awaitBackup, copyBackup, keepBackup, pruneBackups, deleteBackup, listKeyPlaces, posture],
    ...[configureClient, activate, createUser, awaitAdmins, setQuorum, readUsers],
    ...[generateKeyPair, importWrappingKey, trustKey, wrapKey, proveKey],
  ],
  bindingKinds: [cloudHsmClientBinding],
  preflight: [quotas, subnets, clusters, ports, clientVersion, reachable, users],
  simulators: [
    async () => {
      const { awsSimulator } = await import('../aws/simulator/aws-simulator.ts')
      const { cloudhsmService } = await import('./simulator/service.ts')
      return awsSimulator([cloudhsmService()])
    },
    async () => (await import('./simulator/client/client-simulator.ts')).cloudHsmClientSimulator,
  ],
}
