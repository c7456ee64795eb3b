import type { Token } from '../../engine/step/capabilities.ts'
import { StepError } from '../../engine/step/errors.ts'
import { spkiSha256 } from '../x509/model/digest.ts'
import { chooseKey } from './choose-key.ts'
import { commonOaepHash, type OaepHash } from './token/mechanisms.ts'
import { asPkcs11Token, type Pkcs11Token } from './token/token.ts'

interface Wanted {
  readonly key: string
  readonly wrappingKey?: string
  readonly wrappingKeyLabel?: string
  readonly wrappingKeySha256: string
}

/** What a copy is made with, once the wrapping key is known to be the custodian's. */
interface CopyMeans {
  readonly oaepHash: OaepHash
  readonly wrappingKeyId: string
  readonly wrappingSpki: Uint8Array
  readonly keyType: 'rsa' | 'ec'
}

/** The two tokens of a copy, and whether it can be made. */
export interface CopyPlan {
  readonly from: Pkcs11Token
  readonly to: Pkcs11Token
  /** Why it cannot be made as things are; `undefined`: it can. @throws {StepError} `not-found`, `invalid` */
  obstacle(
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<{ readonly differs: string; readonly hint: string } | undefined>
  /** @throws {StepError} `conflict` when there is an obstacle */
  authenticated(wanted: Wanted, signal: AbortSignal): Promise<CopyMeans>
}

/** @throws {StepError} `invalid` when both are one token */
export function openCopy(targets: { readonly from: Token; readonly to: Token }): CopyPlan {
  const from = asPkcs11Token(targets.from)
  const to = asPkcs11Token(targets.to)
  if (from.identity.serial === to.identity.serial) {
    throw new StepError('invalid', `\`from\` and \`to\` are one token, serial \`${to.identity.serial}\``)
  }
  const obstacle: CopyPlan['obstacle'] = async (wanted, signal) =>
    (await originalObstacle(from, wanted.key, signal)) ?? (await wrappingKeyObstacle(to, wanted, signal))
  return {
    from,
    to,
    obstacle,
    async authenticated(wanted, signal) {
      const found = await obstacle(wanted, signal)
      if (found !== undefined) throw new StepError('conflict', found.differs, { hint: found.hint })
      const oaepHash = commonOaepHash(from.dialect, to.dialect)
      if (oaepHash === undefined) throw new StepError('invalid', 'the two tokens have no hash of RSA-OAEP in common')
      const wrappingKeyId = await chooseWrappingKey(to, wanted, signal)
      const wrappingSpki = await to.publicKeySpki(wrappingKeyId, signal)
      const { algorithm } = await from.readAttributes(wanted.key, signal)
      return { oaepHash, wrappingKeyId, wrappingSpki, keyType: algorithm.startsWith('rsa-') ? 'rsa' : 'ec' }
    },
  }
}

async function originalObstacle(from: Pkcs11Token, key: string, signal: AbortSignal) {
  const { label, private: attributes } = await from.readAttributes(key, signal)
  const name = `key \`${label}\` of token \`${from.identity.label}\``
  const hint = 'a key that was made to stay can only be replaced by another one'
  if (attributes === undefined) return { differs: `${name} has no private key`, hint: 'name the key pair to be copied' }
  if (attributes['EXTRACTABLE'] === false)
    return { differs: `${name} is not extractable, so it cannot be copied`, hint }
  if (attributes['WRAP_WITH_TRUSTED'] !== true) return undefined
  return { differs: `${name} may leave wrapped by a trusted key only, and the AES key of a copy is none`, hint }
}

async function wrappingKeyObstacle(to: Pkcs11Token, wanted: Wanted, signal: AbortSignal) {
  const id = await chooseWrappingKey(to, wanted, signal)
  const found = spkiSha256(await to.publicKeySpki(id, signal))
  const name = `wrapping key \`${id}\` of token \`${to.identity.label}\``
  if (found !== wanted.wrappingKeySha256) {
    return {
      differs: `${name} has SHA-256 \`${found}\`, wanted \`${wanted.wrappingKeySha256}\``,
      hint: "have the destination's custodian read the fingerprint there again; whoever holds another key would get the copy",
    }
  }
  const { private: attributes } = await to.readAttributes(id, signal)
  if (attributes?.['UNWRAP'] === true) return undefined
  return { differs: `${name} has no private key that may unwrap`, hint: 'make one with `purpose: unwrap`' }
}

function chooseWrappingKey(to: Pkcs11Token, wanted: Wanted, signal: AbortSignal): Promise<string> {
  return chooseKey(to, { key: wanted.wrappingKey, label: wanted.wrappingKeyLabel }, signal)
}
