import { Type } from 'typebox'
import { StepError } from '../../../engine/step/errors.ts'
import type { CloudHsmClient } from './client.ts'
import { byId, byLabel, type HsmKey, type KeyQuery, listKeys } from './keys.ts'

/** CKA_ID as runbooks carry it. */
export function keyId(description: string) {
  return Type.String({ description, pattern: '^([0-9a-f]{2})+$', 'x-runbook-wants': 'lower-case hex of whole bytes' })
}

/** A label that commands can name in double quotes. */
export function keyLabel(description: string) {
  return Type.String({
    description,
    pattern: '^[!#-[\\]-~]([ !#-[\\]-~]{0,62}[!#-[\\]-~])?$',
    'x-runbook-wants': '1 to 64 printable ASCII characters but `"` and `\\`, no space at either end',
  })
}

/** Which key object, by CKA_ID or label. */
export interface KeyChoice {
  readonly key?: string | undefined
  readonly label?: string | undefined
}

/**
 * The one object of a class that the choice names, among those that a user owns.
 *
 * @throws {StepError} `invalid` unless exactly one of ID and label is given; `not-found`; `conflict` when several match
 */
export async function chooseKey(
  client: CloudHsmClient,
  choice: KeyChoice,
  keyClass: HsmKey['class'],
  query: Omit<KeyQuery, 'filter'>,
): Promise<HsmKey> {
  const { filter, named } = filterOf(choice)
  const found = (await listKeys(client, { ...query, filter })).filter(
    (key) => key.class === keyClass && key.owners.includes(query.as),
  )
  const [key] = found
  if (key === undefined)
    throw new StepError(
      'not-found',
      `user \`${query.as}\` of cluster \`${query.clusterId}\` has no ${keyClass} ${named}`,
    )
  if (found.length === 1) return key
  throw new StepError('conflict', `cluster \`${query.clusterId}\` has ${found.length} objects (${keyClass}) ${named}`, {
    hint: 'choose the key by its ID',
  })
}

function filterOf({ key, label }: KeyChoice): { readonly filter: readonly string[]; readonly named: string } {
  if (key !== undefined && label === undefined) return { filter: byId(key), named: `with ID \`${key}\`` }
  if (label !== undefined && key === undefined) return { filter: byLabel(label), named: `labelled \`${label}\`` }
  throw new StepError(
    'invalid',
    `a key is chosen by its ID or by its label, found ${key === undefined ? 'neither' : 'both'}`,
  )
}
