import type { ApplyContext, Targets } from '../../../../engine/step/context.ts'
import { contextFor } from '../../../contract/contract-context.ts'
import { describeKeyPair, type DescribedKeyPair } from '../../../../steps/pkcs11/describe-key-pair.ts'
import type { KeyPairRequest } from '../../../../steps/pkcs11/token/templates.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'
import { never } from './sandbox-tokens.ts'

/** A key pair that no run made, unless `keyId` says so. */
export async function addKey(token: Pkcs11Token, changes: Partial<KeyPairRequest> = {}): Promise<DescribedKeyPair> {
  const request = {
    label: 'example-root',
    keyId: 'a1b2c3',
    algorithm: 'ec-p256',
    purpose: 'sign',
    extractable: true,
  } as const
  const { keyId } = { ...request, ...changes }
  await token.generateKeyPair({ ...request, ...changes }, never)
  return describeKeyPair(token, keyId, never)
}

/** The RSA key pair that receives copies. */
export function addWrappingKey(token: Pkcs11Token): Promise<DescribedKeyPair> {
  return addKey(token, { label: 'wrapping', keyId: 'f0', algorithm: 'rsa-2048', purpose: 'unwrap', extractable: false })
}

/** Copies an EC key without a step. @returns the copy's key ID */
export async function copyInto(from: Pkcs11Token, to: Pkcs11Token, keyId: string): Promise<string> {
  await addWrappingKey(to)
  const oaepHash = 'sha1'
  const blob = await from.wrapFor({ keyId, wrappingSpki: await to.publicKeySpki('f0', never), oaepHash }, never)
  const copy = { label: 'copy', keyId: 'c0', purpose: 'sign' } as const
  await to.unwrapFrom({ ...copy, unwrappingKeyId: 'f0', blob, oaepHash, keyType: 'ec', extractable: true }, never)
  await to.createPublicKey({ ...copy, spki: await from.publicKeySpki(keyId, never) }, never)
  return copy.keyId
}

/** The contract suite's context for a step type with these targets. */
export function contextOf<T extends Targets>(...parts: Parameters<typeof contextFor>): ApplyContext<T> {
  return contextFor(...parts) as unknown as ApplyContext<T> // whoever calls it names the targets that it hands over
}

/** As the engine chooses effect ids. */
export const effectId = '20261122-135012-k7m2q.abc234'
