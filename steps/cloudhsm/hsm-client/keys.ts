import { createPublicKey } from 'node:crypto'
import { StepError } from '../../../engine/step/errors.ts'
import type { Json } from '../../../engine/step/json.ts'
import { type KeyAlgorithm, keyAlgorithms } from '../../pkcs11/token/public-key.ts'
import { listAt, memberOf, numberAt, textAt } from './answer.ts'
import type { CloudHsmClient } from './client.ts'

/** A key object as `key list --verbose` tells of it. */
export interface HsmKey {
  /** `0x…`: names the object to commands of this cluster, also for another user. */
  readonly reference: string
  readonly owners: readonly string[]
  readonly sharedWith: readonly string[]
  /** How many users must agree to wrap, share or change it; below 2: its owner alone. */
  readonly manageQuorum: number
  /** How many users must agree to sign with it; below 2: its owner alone. */
  readonly useQuorum: number
  /** Whether every HSM has it. */
  readonly everywhere: boolean
  readonly class: 'public-key' | 'private-key' | 'secret-key'
  /** CKA_ID, lower-case hex; empty: none. */
  readonly id: string
  readonly label: string
  /** Boolean attributes by the names of `cloudhsm-cli`. */
  readonly booleans: Readonly<Record<string, boolean>>
  /** `undefined`: of another kind or size than {@link keyAlgorithms}. */
  readonly algorithm: KeyAlgorithm | undefined
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer | undefined
}

/** What is asked for: keys as their owner sees them. */
export interface KeyQuery {
  readonly clusterId: string
  readonly as: string
  /** As `--filter` takes them; none: all. */
  readonly filter: readonly string[]
  readonly signal: AbortSignal
}

const pageSize = 100

/** Keys that a crypto user owns or shares, and public keys of everybody; in the order of the cluster. */
export async function listKeys(client: CloudHsmClient, query: KeyQuery): Promise<readonly HsmKey[]> {
  const { clusterId, as, filter, signal } = query
  const keys: HsmKey[] = []
  let read = 0
  let total: number | undefined
  for (let token: string | undefined = '0'; token !== undefined;) {
    const page = ['--max-items', String(pageSize), ...(token === '0' ? [] : ['--starting-token', token])]
    const wanted = filter.length === 0 ? [] : ['--filter', ...filter]
    const data: Json = await client.run({
      clusterId,
      as,
      words: ['key', 'list', '--verbose', ...page, ...wanted],
      signal,
    })
    const found = listAt(data, 'matched_keys')
    keys.push(...found.flatMap(keyOf))
    read += found.length
    total = numberAt(data, 'total_key_count')
    const next = memberOf(data, 'next_token')
    token = typeof next === 'string' && found.length > 0 ? next : undefined
  }
  // a key that is not seen would be taken for one that is not there
  if (total !== undefined && read < total)
    throw new StepError('device', `\`key list\` showed ${read} of ${total} keys, and says of no further page`, {
      hint: 'look whether this version of the client calls the next page otherwise than `next_token`',
    })
  return keys
}

/** `--filter` for CKA_ID. */
export function byId(keyId: string): readonly string[] {
  return [`attr.id=0x${keyId}`]
}

export function byLabel(label: string): readonly string[] {
  return [`attr.label=${label}`]
}

export function byReference({ reference }: HsmKey): readonly string[] {
  return [`key-reference=${reference}`]
}

/** A key pair: both objects have one CKA_ID. */
export interface HsmKeyPair {
  readonly privateKey: HsmKey
  readonly publicKey: HsmKey
}

/** @returns `undefined` unless the objects are exactly the two halves of one pair */
export function pairOf(keys: readonly HsmKey[]): HsmKeyPair | undefined {
  const privateKey = keys.find((key) => key.class === 'private-key')
  const publicKey = keys.find((key) => key.class === 'public-key')
  if (keys.length !== 2 || privateKey === undefined || publicKey === undefined) return undefined
  return privateKey.id === publicKey.id && privateKey.id !== '' ? { privateKey, publicKey } : undefined
}

function keyOf(data: Json): readonly HsmKey[] {
  const info = memberOf(data, 'key-info') ?? null
  const attributes = memberOf(data, 'attributes') ?? null
  const keyClass = memberOf(attributes, 'class')
  if (keyClass !== 'public-key' && keyClass !== 'private-key' && keyClass !== 'secret-key') return []
  const values = memberOf(info, 'key-quorum-values') ?? null
  const names = (of: string): readonly string[] => listAt(info, of).map((user) => textAt(user, 'username'))
  const spki = spkiOf(attributes)
  return [
    {
      reference: textAt(data, 'key-reference'),
      owners: names('key-owners'),
      sharedWith: names('shared-users'),
      manageQuorum: numberAt(values, 'manage-key-quorum-value') ?? 0,
      useQuorum: numberAt(values, 'use-key-quorum-value') ?? 0,
      everywhere: memberOf(info, 'cluster-coverage') === 'full',
      class: keyClass,
      id: textAt(attributes, 'id').replace(/^0x/, '').toLowerCase(),
      label: textAt(attributes, 'label'),
      booleans: booleansOf(attributes),
      algorithm: algorithmOf(attributes),
      spki,
    },
  ]
}

function booleansOf(attributes: Json): Readonly<Record<string, boolean>> {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return {}
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (typeof value === 'boolean' ? [[name, value]] : [])),
  )
}

const curves: Readonly<
  Record<string, { readonly algorithm: KeyAlgorithm; readonly jwk: string; readonly bytes: number }>
> = {
  prime256v1: { algorithm: 'ec-p256', jwk: 'P-256', bytes: 32 },
  secp256r1: { algorithm: 'ec-p256', jwk: 'P-256', bytes: 32 },
  secp384r1: { algorithm: 'ec-p384', jwk: 'P-384', bytes: 48 },
}

function algorithmOf(attributes: Json): KeyAlgorithm | undefined {
  if (memberOf(attributes, 'key-type') === 'rsa') {
    const bits = numberAt(attributes, 'modulus-size-bits')
    return keyAlgorithms.find((name) => name === `rsa-${bits}`)
  }
  const curve = memberOf(attributes, 'curve')
  return typeof curve === 'string' ? curves[curve]?.algorithm : undefined
}

/** Private objects tell it too, other kinds of keys do not. @throws {StepError} `device` when it is no public key */
function spkiOf(attributes: Json): Buffer | undefined {
  const jwk = jwkOf(attributes)
  if (jwk === undefined) return undefined
  try {
    return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' })
  } catch (cause) {
    throw new StepError('device', 'the cluster tells a public key that is none', { cause })
  }
}

function jwkOf(attributes: Json): Record<string, string> | undefined {
  const bytes = (name: string): Buffer => {
    const value = memberOf(attributes, name)
    return Buffer.from(typeof value === 'string' ? value.replace(/^0x/, '') : '', 'hex')
  }
  const [modulus, exponent] = [bytes('modulus'), bytes('public-exponent')]
  if (modulus.length > 0 && exponent.length > 0) return { kty: 'RSA', n: numberText(modulus), e: numberText(exponent) }
  const curveName = memberOf(attributes, 'curve')
  const curve = typeof curveName === 'string' ? curves[curveName] : undefined
  // raw, or in a DER OCTET STRING: either way its end
  const point = curve === undefined ? Buffer.of() : bytes('ec-point').subarray(-(2 * curve.bytes + 1))
  if (curve === undefined || point.length !== 2 * curve.bytes + 1) return undefined
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)]
  return { kty: 'EC', crv: curve.jwk, x: x.toString('base64url'), y: y.toString('base64url') }
}

/** A number in a JWK has no leading zeros. */
function numberText(bytes: Buffer): string {
  const start = bytes.findIndex((byte) => byte !== 0)
  return bytes.subarray(Math.max(start, 0)).toString('base64url')
}
