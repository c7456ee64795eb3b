import type { JsonObject } from '../../../engine/step/json.ts'
import { backupState, clusterState, hsmState, type ClusterState } from './lifecycle.ts'
import type { Backup, Cluster, Hsm } from './state.ts'

/** Time as the wire carries it: seconds since the epoch, with a fraction. */
function seconds(milliseconds: number): number {
  return milliseconds / 1000
}

const messages: Readonly<Partial<Record<ClusterState, string>>> = {
  INITIALIZE_IN_PROGRESS: 'Cluster is initializing. State will change to INITIALIZED upon completion.',
  DELETE_IN_PROGRESS: 'The cluster is being deleted.',
}

/** What the API says of a state beside its name. */
export function stateMessage(state: ClusterState): { StateMessage?: string } {
  const message = messages[state]
  return message === undefined ? {} : { StateMessage: message }
}

/** A cluster as the API shows it. @param now the sandbox's clock */
export function describeCluster(cluster: Cluster, now: number): JsonObject {
  const state = clusterState(cluster, now)
  const rollbackUntil = cluster.migration?.rollbackUntil
  return {
    BackupPolicy: 'DEFAULT',
    BackupRetentionPolicy: { Type: 'DAYS', Value: String(cluster.retentionDays) },
    ClusterId: cluster.id,
    CreateTimestamp: seconds(cluster.createdAt),
    Hsms: cluster.hsms.map((hsm) => describeHsm(hsm, cluster, now)),
    HsmType: cluster.hsmType,
    ...(rollbackUntil === undefined ? {} : { HsmTypeRollbackExpiration: seconds(rollbackUntil) }),
    SecurityGroup: cluster.securityGroup,
    ...(cluster.sourceBackupId === undefined ? {} : { SourceBackupId: cluster.sourceBackupId }),
    State: state,
    ...stateMessage(state),
    SubnetMapping: cluster.subnets,
    VpcId: cluster.vpcId,
    NetworkType: cluster.networkType,
    Certificates: certificatesOf(cluster, now),
    TagList: cluster.tags.map((tag) => ({ ...tag })),
    Mode: cluster.mode,
  }
}

/** An HSM as the API shows it. */
export function describeHsm(hsm: Hsm, { id, hsmType }: Pick<Cluster, 'id' | 'hsmType'>, now: number): JsonObject {
  return {
    AvailabilityZone: hsm.availabilityZone,
    ClusterId: id,
    SubnetId: hsm.subnetId,
    EniId: hsm.eniId,
    EniIp: hsm.eniIp,
    HsmId: hsm.id,
    HsmType: hsmType,
    State: hsmState(hsm, now),
  }
}

/** A backup as the API shows it. @param now the sandbox's clock */
export function describeBackup(backup: Backup, now: number): JsonObject {
  const { copy, clusterId, deletedUntil } = backup
  return {
    BackupId: backup.id,
    BackupArn: backupArn(backup),
    BackupState: backupState(backup, now),
    ...(clusterId === undefined ? {} : { ClusterId: clusterId }),
    CreateTimestamp: seconds(backup.createdAt),
    ...(copy === undefined
      ? {}
      : {
          CopyTimestamp: seconds(copy.at),
          SourceRegion: copy.sourceRegion,
          SourceBackup: copy.sourceBackup,
          SourceCluster: copy.sourceCluster,
        }),
    NeverExpires: backup.neverExpires,
    ...(deletedUntil === undefined ? {} : { DeleteTimestamp: seconds(deletedUntil) }),
    TagList: backup.tags.map((tag) => ({ ...tag })),
    HsmType: backup.hsmType,
    Mode: backup.mode,
  }
}

export function backupArn({ partition, region, accountId, id }: Backup): string {
  return `arn:${partition}:cloudhsm:${region}:${accountId}:backup/${id}`
}

/** Certificates are shown as long as they are good for something: the CSR until the cluster is initialized. */
function certificatesOf({ initialized, identity }: Cluster, now: number): JsonObject {
  if (initialized !== undefined && now >= initialized.endsAt)
    return { ClusterCertificate: initialized.clusterCertificatePem }
  if (initialized !== undefined || identity === undefined) return {}
  return {
    ClusterCsr: identity.csrPem,
    HsmCertificate: identity.hsmCertificatePem,
    AwsHardwareCertificate: identity.awsHardwareCertificatePem,
    ManufacturerHardwareCertificate: identity.manufacturerHardwareCertificatePem,
  }
}
