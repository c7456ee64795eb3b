import type { Aws } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { SecretContext } from '../../engine/step/secret-source.ts'
import { ask } from './client.ts'

/** A secret's value with the id of its version. */
export interface SecretVersion {
  readonly value: string
  readonly versionId: string | undefined
}

/**
 * The current version of a secret.
 *
 * @param secretId name or ARN
 * @throws {StepError} `not-found`; `invalid` when it is no text
 */
export async function currentVersion(secretId: string, target: Aws, context: SecretContext): Promise<SecretVersion> {
  const { SecretString: value, VersionId: versionId } = await ask(
    { target, signal: context.signal },
    'GetSecretValue',
    (client, options) => client.getSecretValue({ SecretId: secretId }, options),
  )
  if (value === undefined)
    throw new StepError('invalid', `${context.what}: secret \`${secretId}\` holds bytes, wanted text`, {
      hint: 'store it as `SecretString`',
    })
  return { value, versionId }
}

/**
 * One member of a secret that is a JSON object, or all of it.
 *
 * @param name `NAME` or `NAME#JSONKEY`
 */
export async function fetchValue(name: string, target: Aws, context: SecretContext): Promise<string> {
  const [secretId = '', key] = name.split('#')
  const { value } = await currentVersion(secretId, target, context)
  return key === undefined ? value : memberOf(value, key, secretId, context.what)
}

/** Nothing that it throws may carry the text, as the cause of a failed parse would. */
function memberOf(text: string, key: string, secretId: string, what: string): string {
  const found = parsed(text)
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw new StepError(
      'invalid',
      `${what}: secret \`${secretId}\` is no JSON object, wanted one with key \`${key}\``,
      {
        hint: 'leave `#` and what follows out for all of it',
      },
    )
  const member: unknown = Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined
  if (member === undefined) throw new StepError('not-found', `${what}: secret \`${secretId}\` has no key \`${key}\``)
  if (typeof member === 'string') return member
  // a PIN that was written down as a number
  if (typeof member === 'number' && Number.isSafeInteger(member)) return String(member)
  throw new StepError('invalid', `${what}: key \`${key}\` of secret \`${secretId}\` is no text`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
