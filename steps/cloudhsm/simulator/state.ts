import { Type, type Static } from 'typebox'
import { dataPlaneSchema } from './data-plane-state.ts'

/** Times are milliseconds since the epoch, on the sandbox's clock. What time alone changes is not stored but computed, where it can be. */
const time = Type.Number()
const tags = Type.Array(Type.Object({ Key: Type.String(), Value: Type.String() }))

/** Where something lives: resources of another account or Region are not seen. */
const place = { accountId: Type.String(), partition: Type.String(), region: Type.String() }

const hsm = Type.Object({
  /** `hsm-…`; another one after the service replaced it, while {@link eniId} and address stay. */
  id: Type.String(),
  availabilityZone: Type.String(),
  subnetId: Type.String(),
  eniId: Type.String(),
  eniIp: Type.String(),
  serialNumber: Type.String(),
  createdAt: time,
  activeAt: time,
  /** When it is gone; absent: it was not deleted. */
  deletingUntil: Type.Optional(time),
})

/** Identity of the first HSM, as long as the cluster is not initialized. */
const identity = Type.Object({
  /** The cluster's key: HSM certificate and CSR share it. */
  privateKeyPem: Type.String(),
  csrPem: Type.String(),
  hsmCertificatePem: Type.String(),
  awsHardwareCertificatePem: Type.String(),
  manufacturerHardwareCertificatePem: Type.String(),
})

const migration = Type.Object({
  from: Type.String(),
  to: Type.String(),
  startedAt: time,
  endsAt: time,
  /** The way back is open until then; there once the migration has ended. */
  rollbackUntil: Type.Optional(time),
  rollingBack: Type.Boolean(),
  /** What a rollback brings back: users and keys as they were before. Its tokens are in `migrations/CLUSTER` of the service's folder. */
  data: dataPlaneSchema,
})

const cluster = Type.Object({
  id: Type.String(),
  ...place,
  hsmType: Type.String(),
  mode: Type.Enum(['FIPS', 'NON_FIPS']),
  networkType: Type.String(),
  vpcId: Type.String(),
  securityGroup: Type.String(),
  /** Availability Zone to subnet id. */
  subnets: Type.Record(Type.String(), Type.String()),
  sourceBackupId: Type.Optional(Type.String()),
  retentionDays: Type.Integer(),
  createdAt: time,
  /** End of CREATE_IN_PROGRESS. */
  readyAt: time,
  identity: Type.Optional(identity),
  initialized: Type.Optional(
    Type.Object({ clusterCertificatePem: Type.String(), trustAnchorPem: Type.String(), startedAt: time, endsAt: time }),
  ),
  /** When the data plane was activated; a cluster made of a backup is active from {@link readyAt}. */
  activatedAt: Type.Optional(time),
  deletingUntil: Type.Optional(time),
  hsms: Type.Array(hsm),
  migration: Type.Optional(migration),
  /** The next backup that the service makes by itself, when there is an HSM to make it of. */
  nextBackupAt: Type.Optional(time),
  /** When backups were last held against the retention policy. */
  sweptAt: time,
  /** Whether the cluster has an HSM that works: then its tokens are among the sandbox's, else in backups alone. */
  live: Type.Boolean(),
  tags,
  data: dataPlaneSchema,
})

const backup = Type.Object({
  id: Type.String(),
  ...place,
  /** Absent in a copy: it has no cluster that owns it. */
  clusterId: Type.Optional(Type.String()),
  createdAt: time,
  /** End of CREATE_IN_PROGRESS. */
  readyAt: time,
  /** Why the service made it. */
  trigger: Type.Enum(['activation', 'hsm-added', 'hsm-removed', 'daily', 'copy']),
  /** A copy that ends as DELETED instead of READY. */
  fails: Type.Boolean(),
  neverExpires: Type.Boolean(),
  copy: Type.Optional(
    Type.Object({ at: time, sourceRegion: Type.String(), sourceBackup: Type.String(), sourceCluster: Type.String() }),
  ),
  /** PENDING_DELETION until then, DELETED afterwards. */
  deletedUntil: Type.Optional(time),
  hsmType: Type.String(),
  mode: Type.Enum(['FIPS', 'NON_FIPS']),
  tags,
  policy: Type.Optional(Type.String()),
  /** What opens it: users, keys and certificates as they were. Its tokens are in `backups/ID` of the service's folder. */
  data: dataPlaneSchema,
  clusterCertificatePem: Type.String(),
  trustAnchorPem: Type.String(),
})

/** An effect that is committed and may not have its line in the ledger yet. */
const outbox = Type.Object({
  id: Type.String(),
  service: Type.String(),
  operation: Type.String(),
  resource: Type.String(),
})

/** Everything, in one file that is replaced in one piece: control plane and data plane are one truth. */
export const stateSchema = Type.Object({
  clusters: Type.Array(cluster),
  backups: Type.Array(backup),
  /** How many addresses of a subnet were given out: none is given twice before all were. */
  addresses: Type.Record(Type.String(), Type.Integer()),
  /** Names of seeds that were made, with what a rehearsal file was told of them. */
  seeds: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
  outbox: Type.Array(outbox),
})

export interface State extends Readonly<Static<typeof stateSchema>> {}
export interface Cluster extends Readonly<Static<typeof cluster>> {}
export interface Hsm extends Readonly<Static<typeof hsm>> {}
export interface Backup extends Readonly<Static<typeof backup>> {}
