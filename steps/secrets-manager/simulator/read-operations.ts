import { ServiceError } from '../../aws/simulator/service.ts'
import { findSecret, findUsable, seconds, type Handlers } from './context.ts'

export const readOperations: Handlers<'DescribeSecret' | 'GetSecretValue'> = {
  DescribeSecret({ SecretId: id }, context) {
    const { arn, name, description, kmsKeyId, tags, versions, createdAt, changedAt, deletedAt } = findSecret(
      id,
      context,
    )
    return {
      ARN: arn,
      Name: name,
      ...(description === undefined ? {} : { Description: description }),
      ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
      CreatedDate: seconds(createdAt),
      LastChangedDate: seconds(changedAt),
      ...(deletedAt === undefined ? {} : { DeletedDate: seconds(deletedAt) }),
      Tags: tags,
      VersionIdsToStages: Object.fromEntries(
        versions.filter(({ stages }) => stages.length > 0).map((version) => [version.id, version.stages]),
      ),
    }
  },

  GetSecretValue({ SecretId: id, VersionId: versionId, VersionStage: stage }, context) {
    const secret = findUsable(id, context)
    const label = stage ?? (versionId === undefined ? 'AWSCURRENT' : undefined)
    const version = secret.versions.find(
      (each) =>
        (versionId === undefined || each.id === versionId) && (label === undefined || each.stages.includes(label)),
    )
    if (version === undefined)
      throw new ServiceError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${
          versionId === undefined ? `staging label: ${label}` : `VersionId: ${versionId}`
        }`,
      )
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      ...(version.string === undefined ? {} : { SecretString: version.string }),
      ...(version.binaryBase64 === undefined ? {} : { SecretBinary: version.binaryBase64 }),
      VersionStages: version.stages,
      CreatedDate: seconds(version.createdAt),
    }
  },
}
