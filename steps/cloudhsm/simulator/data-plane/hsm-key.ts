import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../../engine/step/json.ts'
import type { AttributeName } from '../../../pkcs11/token/constants.ts'
import { findObjects, type KeyClass, readBooleans, readNamed, readPublicParts } from '../../../pkcs11/token/objects.ts'
import type { Handle } from '../../../pkcs11/token/protocol.ts'
import { algorithmOf, type KeyAlgorithm, spkiOf } from '../../../pkcs11/token/public-key.ts'
import type { Session } from '../../../pkcs11/token/sessions.ts'
import type { DataPlane, KeyNote } from '../data-plane-state.ts'
import type { Token } from './key-store.ts'

/** A key as a token and the note of it describe it. */
export interface HsmKey {
  /** `0x` and 16 digits: the same in every session, and in a clone. */
  readonly reference: string
  readonly owner: string
  readonly token: Token
  /** Good for the owner's session until it is logged out. */
  readonly handle: Handle
  readonly class: KeyClass
  readonly type: 'rsa' | 'ec' | 'aes'
  /** CKA_ID, lower-case hex. */
  readonly id: string
  readonly label: string
  readonly booleans: Readonly<Partial<Record<AttributeName, boolean>>>
  readonly note: KeyNote
  readonly algorithm?: KeyAlgorithm | undefined
  /** Where the token knows it: of an EC private key only through the public one. */
  readonly spki?: Uint8Array | undefined
  readonly modulus?: Uint8Array | undefined
  readonly valueBytes?: number | undefined
}

export function noteOf(data: DataPlane, owner: string, id: string): KeyNote {
  const known = data.keys.find((note) => note.owner === owner && note.id === id)
  return known ?? { owner, id, anonymous: false, sharedWith: [], trusted: false }
}

/** @returns the data with the note in the place of the one with `id`, its own unless it was renamed */
export function withNote(data: DataPlane, note: KeyNote, id = note.id): DataPlane {
  const others = data.keys.filter((each) => !(each.owner === note.owner && each.id === id))
  return { ...data, keys: [...others, note] }
}

/** Keys of one token. */
export async function readKeys(
  session: Session,
  owner: string,
  token: Token,
  data: DataPlane,
): Promise<readonly HsmKey[]> {
  const keys: HsmKey[] = []
  for (const object of await findObjects(session, {})) {
    const { class: keyClass, keyType: type, handle, keyId: id, label } = object
    if (keyClass !== 'public-key' && keyClass !== 'private-key' && keyClass !== 'secret-key') continue
    if (type !== 'rsa' && type !== 'ec' && type !== 'aes') continue
    const booleans = await readBooleans(session, handle, keyClass)
    const reference = referenceOf(owner, keyClass, id === '' ? `label ${label}` : id)
    const base = { reference, owner, token, handle, class: keyClass, type, id, label, booleans }
    const note = noteOf(data, owner, id)
    if (type === 'aes') {
      const { VALUE_LEN } = await readNamed(session, handle, ['VALUE_LEN'])
      keys.push({ ...base, note, valueBytes: Buffer.from(VALUE_LEN ?? [0]).readUIntLE(0, 1) })
    } else {
      const parts = await readPublicParts(session, handle)
      keys.push({ ...base, note, algorithm: algorithmOf(parts), spki: spkiOf(parts), modulus: parts.modulus })
    }
  }
  return keys.map((key) => (key.spki === undefined ? { ...key, spki: pairOf(key, keys)?.spki } : key))
}

/** The other half. */
export function pairOf(key: HsmKey, keys: readonly HsmKey[]): HsmKey | undefined {
  return keys.find((each) => each.class !== key.class && each.id === key.id && each.owner === key.owner)
}

function referenceOf(owner: string, keyClass: KeyClass, id: string): string {
  const digest = createHash('sha256').update([owner, keyClass, id].join('\0')).digest('hex')
  return `0x00000000${digest.slice(0, 8)}`
}

/** CLI name of each boolean that SoftHSM keeps. */
export const booleanNames = {
  encrypt: 'ENCRYPT',
  decrypt: 'DECRYPT',
  token: 'TOKEN',
  'always-sensitive': 'ALWAYS_SENSITIVE',
  derive: 'DERIVE',
  destroyable: 'DESTROYABLE',
  extractable: 'EXTRACTABLE',
  local: 'LOCAL',
  modifiable: 'MODIFIABLE',
  'never-extractable': 'NEVER_EXTRACTABLE',
  private: 'PRIVATE',
  sensitive: 'SENSITIVE',
  sign: 'SIGN',
  unwrap: 'UNWRAP',
  verify: 'VERIFY',
  wrap: 'WRAP',
  'wrap-with-trusted': 'WRAP_WITH_TRUSTED',
} as const satisfies Record<string, AttributeName>

const curveNames: Readonly<Partial<Record<KeyAlgorithm, string>>> = { 'ec-p256': 'prime256v1', 'ec-p384': 'secp384r1' }

/** All attributes, as the CLI prints them. */
export function shownAttributes(key: HsmKey): JsonObject {
  const booleans: Record<string, boolean> = {}
  for (const [name, attribute] of Object.entries(booleanNames)) {
    // a public key is no secret, and SoftHSM does not say so
    const standard = name === 'extractable' && key.class === 'public-key'
    booleans[name] = key.booleans[attribute] ?? standard
  }
  return {
    'key-type': key.type,
    label: key.label,
    id: key.note.anonymous || key.id === '' ? '' : `0x${key.id}`,
    'check-value': checkValue(key),
    class: key.class,
    ...booleans,
    trusted: key.note.trusted && key.class !== 'private-key',
    'key-length-bytes': lengthOf(key),
    ...shownPublicKey(key),
  }
}

function shownPublicKey(key: HsmKey): JsonObject {
  if (key.type === 'aes' || key.spki === undefined) return {}
  if (key.type === 'ec') {
    const point = pointOf(key.spki)
    return { 'ec-point': `0x${point.toString('hex')}`, curve: curveNames[key.algorithm ?? 'ec-p256'] ?? '' }
  }
  const modulus = Buffer.from(key.modulus ?? [])
  return {
    'public-exponent': '0x010001',
    modulus: `0x${modulus.toString('hex')}`,
    'modulus-size-bits': modulus.length * 8,
  }
}

/** The uncompressed point at the end of a SubjectPublicKeyInfo. */
function pointOf(spki: Uint8Array): Buffer {
  const length = spki.length > 100 ? 97 : 65
  return Buffer.from(spki.subarray(spki.length - length))
}

/** Of asymmetric keys the first three bytes of SHA-1 of the public key; an AES key's is not told by SoftHSM. */
function checkValue({ spki, reference }: HsmKey): string {
  return `0x${createHash('sha1')
    .update(spki ?? reference)
    .digest('hex')
    .slice(0, 6)}`
}

function lengthOf(key: HsmKey): number {
  if (key.type === 'aes') return key.valueBytes ?? 0
  if (key.type === 'ec') return key.class === 'public-key' ? pointOf(key.spki ?? new Uint8Array(97)).length : 185
  const bytes = key.modulus?.length ?? 0
  return key.class === 'public-key' ? bytes * 2 : Math.round(bytes * 4.75)
}
