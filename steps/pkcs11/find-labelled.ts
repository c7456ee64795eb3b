import type { KeyObject } from './token/objects.ts'
import type { Pkcs11Token } from './token/token.ts'

/** What is labelled so: nothing, one complete key pair, or something in the way. */
export type Labelled =
  | { readonly state: 'free' }
  | { readonly state: 'pair'; readonly keyId: string }
  | { readonly state: 'in-the-way'; readonly what: string }

/** Looks for key objects with a label. Two objects of one class, halves and strangers are in the way. */
export async function findLabelled(token: Pkcs11Token, label: string, signal: AbortSignal): Promise<Labelled> {
  const privateKeys = await token.findKeys({ class: 'private-key', label }, signal)
  const publicKeys = await token.findKeys({ class: 'public-key', label }, signal)
  for (const [keys, name] of [[privateKeys, 'private-key'] as const, [publicKeys, 'public-key'] as const]) {
    if (keys.length > 1) {
      return inTheWay(`${keys.length} ${name} objects are labelled \`${label}\`: ${keys.map(idText).join(', ')}`)
    }
  }
  const [privateKey] = privateKeys
  const [publicKey] = publicKeys
  if (privateKey && publicKey) {
    if (privateKey.keyId === publicKey.keyId && privateKey.keyId !== '')
      return { state: 'pair', keyId: privateKey.keyId }
    return inTheWay(
      `label \`${label}\` is on a private key with ${idText(privateKey)} and on a public key with ${idText(publicKey)}`,
    )
  }
  const half = privateKey ?? publicKey
  if (half === undefined) return { state: 'free' }
  const [name, other] = half === privateKey ? ['private', 'public'] : ['public', 'private']
  return inTheWay(`label \`${label}\` is on a ${name} key without its ${other} key, ${idText(half)}`)
}

function inTheWay(what: string): Labelled {
  return { state: 'in-the-way', what }
}

function idText({ keyId }: KeyObject): string {
  return keyId === '' ? 'no key ID' : `key ID \`${keyId}\``
}
