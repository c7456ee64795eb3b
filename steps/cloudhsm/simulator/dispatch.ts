import { backupOperations } from './backup-operations.ts'
import { clusterOperations } from './cluster-operations.ts'
import { createClusterOperation } from './create-cluster-operation.ts'
import { describeOperations } from './describe-operations.ts'
import { hsmOperations } from './hsm-operations.ts'
import { initializeOperation } from './initialize-operation.ts'
import { policyOperations } from './policy-operations.ts'
import type { Handlers } from './requests.ts'
import { tagOperations } from './tag-operations.ts'

/** All 18 operations. */
export const handlers: Handlers = {
  ...createClusterOperation,
  ...clusterOperations,
  ...hsmOperations,
  ...initializeOperation,
  ...describeOperations,
  ...backupOperations,
  ...tagOperations,
  ...policyOperations,
}
