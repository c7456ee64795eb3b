import type { CloudHsmClient } from './hsm-client/client.ts'
import { byId, byReference, type HsmKey, type HsmKeyPair, type KeyQuery, listKeys, pairOf } from './hsm-client/keys.ts'

/** How far the key pair of an effect came, known by its CKA_ID. */
export type OwnPair =
  | { readonly state: 'absent' }
  | { readonly state: 'half'; readonly what: string; readonly keys: readonly HsmKey[] }
  | { readonly state: 'complete'; readonly pair: HsmKeyPair }

/** @param keyId CKA_ID that the effect gave, hex */
export async function readOwnPair(
  client: CloudHsmClient,
  keyId: string,
  query: Omit<KeyQuery, 'filter'>,
): Promise<OwnPair> {
  const keys = (await listKeys(client, { ...query, filter: byId(keyId) })).filter((key) =>
    key.owners.includes(query.as),
  )
  if (keys.length === 0) return { state: 'absent' }
  const pair = pairOf(keys)
  if (pair !== undefined) return { state: 'complete', pair }
  const classes = keys.map((key) => key.class).join(' and ')
  return { state: 'half', what: `a ${classes} alone`, keys }
}

/** Deletes objects, each on its own; one that is gone meanwhile stays gone. */
export async function deleteKeys(
  client: CloudHsmClient,
  keys: readonly HsmKey[],
  { clusterId, as, signal, effectId }: Omit<KeyQuery, 'filter'> & { readonly effectId: string },
): Promise<void> {
  for (const key of keys)
    await client.run({ clusterId, as, words: ['key', 'delete', '--filter', ...byReference(key)], effectId, signal })
}
