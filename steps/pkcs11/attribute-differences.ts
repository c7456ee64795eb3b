import type { DescribedKeyPair } from './describe-key-pair.ts'
import { privateKeyBooleans, publicKeyBooleans, type KeyPurpose } from './token/templates.ts'

/** What a key pair was asked to be. */
export interface WantedKeyPair {
  readonly purpose: KeyPurpose
  readonly extractable: boolean
  readonly wrapWithTrusted: boolean
}

/** One clause for each attribute that is not as wanted; attributes that the token does not tell are passed over. */
export function attributeDifferences(found: DescribedKeyPair, wanted: WantedKeyPair): string[] {
  const { purpose, extractable, wrapWithTrusted } = wanted
  return [
    ...differences(found.attributes.private, privateKeyBooleans(purpose, extractable, wrapWithTrusted), ''),
    ...differences(found.attributes.public, publicKeyBooleans(purpose), ' of the public key'),
  ]
}

function differences(
  found: Readonly<Record<string, boolean>>,
  wanted: Readonly<Record<string, unknown>>,
  of: string,
): string[] {
  const told = new Map(Object.entries(found))
  return Object.entries(wanted).flatMap(([name, value]) => {
    const is = told.get(name)
    return is === undefined || is === value ? [] : [`\`${name}\`${of} is \`${is}\`, wanted \`${String(value)}\``]
  })
}
