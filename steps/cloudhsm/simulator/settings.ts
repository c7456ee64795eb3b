const minute = 60_000
const day = 24 * 60 * minute

/**
 * How the simulated CloudHSM behaves where time, an account or nothing public decides. Durations are on the sandbox's clock, in
 * milliseconds. `[D]` the user guide says so, `[S]` walkthroughs saw it, `[?]` a guess that nothing public pins down.
 */
export interface CloudHsmSettings {
  /** From CreateCluster until UNINITIALIZED, or ACTIVE when made of a backup [S: a few minutes]. */
  readonly creatingClusterMs: number
  /** From CreateHsm until the HSM is ACTIVE [?: 5 to 10 minutes]. */
  readonly creatingHsmMs: number
  /** From InitializeCluster until INITIALIZED [?: 2 to 5 minutes]. */
  readonly initializingMs: number
  /** From DeleteHsm until the HSM is gone [?: a few minutes]. */
  readonly deletingHsmMs: number
  /** From DeleteCluster until DELETED [?: a few minutes]. */
  readonly deletingClusterMs: number
  /** From a trigger until the backup is READY [?]. */
  readonly backupMs: number
  /** From CopyBackupToRegion until the copy is READY [?: minutes]. */
  readonly copyMs: number
  /** From CopyBackupToRegion until the other Region lists the copy [?]. */
  readonly copyListedMs: number
  /** A migration's time for one HSM; they go one after the other [D: about 30 minutes]. */
  readonly migrationPerHsmMs: number
  /** How long after a migration the way back is open [D]. */
  readonly rollbackMs: number
  /** Between two backups that the service makes by itself [D: at least one in 24 hours]. */
  readonly backupIntervalMs: number
  /** From DeleteBackup, or the retention policy, until the backup can no longer be restored [D]. */
  readonly restorableMs: number
  /** Between two looks at the retention policy [?]. */
  readonly retentionSweepMs: number
  /** Days that a cluster keeps backups for unless told otherwise [D]. */
  readonly retentionDays: number
  /** How long DescribeBackups shows a DELETED backup [?]. */
  readonly deletedBackupShownMs: number
  /** How long DescribeClusters shows a DELETED cluster [?]. */
  readonly deletedClusterShownMs: number
  /** Clusters in one account and Region [D]. */
  readonly clusterQuota: number
  /** HSMs in one account and Region [D]. */
  readonly hsmQuota: number
  /** HSMs in one cluster [D]. */
  readonly hsmsPerCluster: number
  /** HSMs of a cluster that is not activated [?]. */
  readonly hsmsBeforeActivation: number
  /** Error class of a quota that is reached [?]. */
  readonly quotaError: 'CloudHsmServiceException' | 'CloudHsmInvalidRequestException'
  /** Key kinds of a trust anchor [D]; newer services are said to take `EC P-256`, `EC P-384` and `RSA 3072` too. */
  readonly trustAnchorKeys: readonly string[]
  /** Certificates in a trust anchor [D]; newer services are said to take a chain of 4. */
  readonly trustAnchorCertificates: number
  /** HSMs that a cluster may have and be migrated to another type [D]. */
  readonly hsmsOfMigration: number
  /** Whether all clients are new enough for a migration [D: SDK 5.9 or newer for seven days]. */
  readonly clientsReadyForMigration: boolean
  /** Whether HSMs have other ids after a migration; their network interfaces stay [?]. */
  readonly migrationReplacesHsms: boolean
  /** Whether a copy of a backup is kept from expiring as its source is [?]. */
  readonly copiesInheritNeverExpires: boolean
  /** How long a key stays on one HSM alone when it was not made on all, until they have copied it by themselves [?]. */
  readonly copyingKeyMs: number
  /** Wrong passwords in a row that lock a user [D]; 20 in clusters from before February 2018. */
  readonly failuresThatLock: number
  /** What `quorum token-sign generate` calls the path of its file: the documentation has both [D]. */
  readonly quorumPathMember: 'path' | 'filepath'
  /** Clusters on one page [M]. */
  readonly clusterPageSize: number
  /** Backups on one page [M]. */
  readonly backupPageSize: number
  /** Tags on one page [M]. */
  readonly tagPageSize: number
}

export const standardSettings: CloudHsmSettings = {
  creatingClusterMs: 3 * minute,
  creatingHsmMs: 8 * minute,
  initializingMs: 4 * minute,
  deletingHsmMs: 3 * minute,
  deletingClusterMs: 3 * minute,
  backupMs: 5 * minute,
  copyMs: 10 * minute,
  copyListedMs: 20_000,
  migrationPerHsmMs: 30 * minute,
  rollbackMs: day,
  backupIntervalMs: day,
  restorableMs: 7 * day,
  retentionSweepMs: day,
  retentionDays: 90,
  deletedBackupShownMs: 7 * day,
  deletedClusterShownMs: 60 * minute,
  clusterQuota: 4,
  hsmQuota: 6,
  hsmsPerCluster: 28,
  hsmsBeforeActivation: 1,
  quotaError: 'CloudHsmServiceException',
  trustAnchorKeys: ['RSA 2048', 'RSA 4096'],
  trustAnchorCertificates: 1,
  hsmsOfMigration: 27,
  clientsReadyForMigration: true,
  migrationReplacesHsms: true,
  copiesInheritNeverExpires: false,
  copyingKeyMs: 5 * minute,
  failuresThatLock: 5,
  quorumPathMember: 'path',
  clusterPageSize: 25,
  backupPageSize: 50,
  tagPageSize: 100,
}
