import { auditOperations } from './audit-operations.ts'
import { createOperation } from './create-operation.ts'
import { describeOperations } from './describe-operations.ts'
import { importOperations } from './import-operations.ts'
import { issueOperations } from './issue-operations.ts'
import { lifecycleOperations } from './lifecycle-operations.ts'
import { permissionOperations } from './permission-operations.ts'
import { policyOperations } from './policy-operations.ts'
import type { Handlers } from './requests.ts'
import { revokeOperation } from './revoke-operation.ts'
import { tagOperations } from './tag-operations.ts'

/** All 23 operations. */
export const handlers: Handlers = {
  ...createOperation,
  ...describeOperations,
  ...lifecycleOperations,
  ...importOperations,
  ...issueOperations,
  ...revokeOperation,
  ...permissionOperations,
  ...policyOperations,
  ...auditOperations,
  ...tagOperations,
}
