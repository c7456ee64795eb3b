import type { Family } from '../engine/step/family.ts'
import { acmPca } from './acm-pca/index.ts'
import { approval } from './approval/index.ts'
import { aws } from './aws/index.ts'
import { cloudhsm } from './cloudhsm/index.ts'
import { command } from './command/index.ts'
import { ec2 } from './ec2/index.ts'
import { file } from './file/index.ts'
import { http } from './http/index.ts'
import { iam } from './iam/index.ts'
import { pkcs11 } from './pkcs11/index.ts'
import { script } from './script/index.ts'
import { secretsManager } from './secrets-manager/index.ts'
import { x509 } from './x509/index.ts'

/** All families, in the order of the reference. */
export const families: readonly Family[] = [
  pkcs11,
  x509,
  acmPca,
  cloudhsm,
  aws,
  secretsManager,
  iam,
  ec2,
  http,
  file,
  command,
  script,
  approval,
]
