import { blob, boolean, integer, list, string, structure } from '../../aws/simulator/shapes.ts'

const secretId = string({ min: 1, max: 2048 })
const clientRequestToken = string({ min: 32, max: 64 })
const versionStage = string({ min: 1, max: 256 })
const value = {
  SecretBinary: blob({ min: 1, max: 65_536 }),
  SecretString: string({ min: 1, max: 65_536 }),
} as const

/** The requests of the operations that runbooks use; members that nothing here reads are left out. */
export const operations = {
  CreateSecret: structure({
    'Name*': string({ min: 1, max: 512 }, /^[A-Za-z0-9/_+=.@!-]+$/),
    ClientRequestToken: clientRequestToken,
    Description: string({ max: 2048 }),
    KmsKeyId: string({ max: 2048 }),
    ...value,
    Tags: list(structure({ Key: string({ min: 1, max: 128 }), Value: string({ max: 256 }) })),
  }),
  DescribeSecret: structure({ 'SecretId*': secretId }),
  GetSecretValue: structure({
    'SecretId*': secretId,
    VersionId: clientRequestToken,
    VersionStage: versionStage,
  }),
  PutSecretValue: structure({
    'SecretId*': secretId,
    ClientRequestToken: clientRequestToken,
    ...value,
    VersionStages: list(versionStage, { min: 1, max: 20 }),
  }),
  DeleteSecret: structure({
    'SecretId*': secretId,
    RecoveryWindowInDays: integer(),
    ForceDeleteWithoutRecovery: boolean,
  }),
} as const
