import { createHash } from 'node:crypto'
import { StepError } from '../../engine/step/errors.ts'
import type { StoreContext, WritableSecrets } from '../../engine/step/secret-source.ts'
import { unless } from '../aws/ask.ts'
import { ask } from './client.ts'
import { currentVersion } from './fetch.ts'

/** The tag that says which effect made a secret. */
const tagKey = 'runbook:effect'

/** Keeps a value as a secret of its own, whose first version and tag name the effect. */
export const store: WritableSecrets<'aws'> = {
  async read(name, target, context) {
    requireWhole(name, context)
    const found = await unless(
      'ResourceNotFoundException',
      ask({ target, signal: context.signal }, 'DescribeSecret', (client, options) =>
        client.describeSecret({ SecretId: name }, options),
      ),
    )
    if (found === undefined) return undefined
    const madeBy = found.Tags?.find(({ Key }) => Key === tagKey)?.Value
    if (madeBy !== context.effectId) throw conflict(name, context, 'is there already, and this effect did not make it')
    if (found.DeletedDate !== undefined) throw conflict(name, context, 'is scheduled for deletion')
    const { value, versionId } = await currentVersion(name, target, context)
    if (versionId !== tokenOf(name, context)) throw conflict(name, context, 'was changed since this effect made it')
    return value
  },

  async create(name, value, target, context) {
    requireWhole(name, context)
    const request = {
      Name: name,
      SecretString: value,
      ClientRequestToken: tokenOf(name, context),
      Description: 'Made by a runbook',
      Tags: [{ Key: tagKey, Value: context.effectId }],
    }
    await ask({ target, signal: context.signal }, 'CreateSecret', (client, options) =>
      client.createSecret(request, options),
    )
  },
}

/** 64 characters, as the service wants 32 to 64; it becomes the id of the version. */
function tokenOf(name: string, { effectId }: StoreContext): string {
  return createHash('sha256').update(`${effectId}\0${name}`).digest('hex')
}

/** A key within a secret has no version and no tag of its own. */
function requireWhole(name: string, { what }: StoreContext): void {
  if (name.includes('#'))
    throw new StepError('invalid', `${what}: a single JSON key cannot be stored`, {
      hint: 'leave `#` and what follows out',
    })
}

function conflict(name: string, { what }: StoreContext, why: string): StepError {
  return new StepError('conflict', `${what}: secret \`${name}\` ${why}`, {
    hint: 'name another secret, or look whose it is',
  })
}
