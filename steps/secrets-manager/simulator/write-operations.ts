import { randomBytes, randomUUID } from 'node:crypto'
import { ServiceError } from '../../aws/simulator/service.ts'
import { findUsable, type Handlers, type SecretsContext } from './context.ts'
import type { StoredSecret, StoredVersion } from './state.ts'

interface Value {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: string | undefined
}

export const writeOperations: Handlers<'CreateSecret' | 'PutSecretValue'> = {
  CreateSecret(request, context) {
    const {
      Name: name,
      ClientRequestToken: token = randomUUID(),
      Description: description,
      KmsKeyId: kmsKeyId,
    } = request
    requireOneKind(request)
    const existing = context.store.find(name, context.caller)
    if (existing !== undefined) return replayed(existing, token, request)
    const now = context.clock.now()
    const empty = request.SecretString === undefined && request.SecretBinary === undefined
    const secret: StoredSecret = {
      arn: newArn(name, context),
      name,
      ...(description === undefined ? {} : { description }),
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      tags: [...(request.Tags ?? [])],
      versions: empty ? [] : [versionOf(token, request, ['AWSCURRENT'], now)],
      createdAt: now,
      changedAt: now,
      outbox: [],
    }
    context.store.save(secret, 'CreateSecret')
    return { ARN: secret.arn, Name: name, ...(empty ? {} : { VersionId: token }) }
  },

  PutSecretValue(request, context) {
    const { SecretId: id, ClientRequestToken: token = randomUUID(), VersionStages: wanted = ['AWSCURRENT'] } = request
    requireOneKind(request)
    if (request.SecretString === undefined && request.SecretBinary === undefined)
      throw new ServiceError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.')
    const secret = findUsable(id, context)
    const earlier = secret.versions.find((version) => version.id === token)
    if (earlier !== undefined) {
      requireSame(earlier, request, "You can't modify an existing secret version.")
      return { ARN: secret.arn, Name: secret.name, VersionId: token, VersionStages: [...earlier.stages] }
    }
    const stages = secret.versions.length === 0 ? [...new Set([...wanted, 'AWSCURRENT'])] : [...wanted]
    const now = context.clock.now()
    const kept = secret.versions.map((version) => ({ ...version, stages: stagesAfter(version, stages) }))
    context.store.save(
      { ...secret, versions: [...kept, versionOf(token, request, stages, now)], changedAt: now },
      'PutSecretValue',
    )
    return { ARN: secret.arn, Name: secret.name, VersionId: token, VersionStages: stages }
  },
}

/** A label is on one version at a time; what was current becomes the previous one. */
function stagesAfter({ stages }: StoredVersion, taken: readonly string[]): string[] {
  const wasCurrent = stages.includes('AWSCURRENT') && taken.includes('AWSCURRENT')
  const left = stages.filter((stage) => !taken.includes(stage))
  if (wasCurrent) return [...left.filter((stage) => stage !== 'AWSPREVIOUS'), 'AWSPREVIOUS']
  return taken.includes('AWSCURRENT') ? left.filter((stage) => stage !== 'AWSPREVIOUS') : left
}

/** The same token with the same value is the same request; anything else finds the name taken. */
function replayed(
  existing: StoredSecret,
  token: string,
  request: Value,
): { ARN: string; Name: string; VersionId: string } {
  if (existing.deletedAt !== undefined)
    throw new ServiceError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  const taken = `The operation failed because the secret ${existing.name} already exists.`
  const version = existing.versions.find(({ id }) => id === token)
  if (version === undefined) throw new ServiceError('ResourceExistsException', taken)
  requireSame(version, request, taken)
  return { ARN: existing.arn, Name: existing.name, VersionId: token }
}

function requireSame(
  { string, binaryBase64 }: StoredVersion,
  { SecretString, SecretBinary }: Value,
  message: string,
): void {
  if (string !== SecretString || binaryBase64 !== SecretBinary)
    throw new ServiceError('ResourceExistsException', message)
}

function requireOneKind({ SecretString, SecretBinary }: Value): void {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw new ServiceError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
}

function versionOf(
  id: string,
  { SecretString, SecretBinary }: Value,
  stages: string[],
  createdAt: number,
): StoredVersion {
  return {
    id,
    ...(SecretString === undefined ? {} : { string: SecretString }),
    ...(SecretBinary === undefined ? {} : { binaryBase64: SecretBinary }),
    stages,
    createdAt,
  }
}

/** The service adds a hyphen and six random characters. */
function newArn(name: string, { caller: { partition, region, accountId } }: SecretsContext): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  const suffix = [...randomBytes(6)].map((byte) => letters.charAt(byte % letters.length)).join('')
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`
}
