import { randomBytes } from 'node:crypto'
import { attributesOfSpki, curves } from '../../../pkcs11/token/public-key.ts'
import { keyTypes, mechanismTypes, objectClasses } from '../../../pkcs11/token/constants.ts'
import type { KeyClass } from '../../../pkcs11/token/objects.ts'
import { findObjects } from '../../../pkcs11/token/objects.ts'
import type { Session } from '../../../pkcs11/token/sessions.ts'
import { templateOf } from '../../../pkcs11/token/templates.ts'
import type { DataPlane, HsmUser } from '../data-plane-state.ts'
import { CliError } from './cli-error.ts'
import { idValue, type KeyValues, type WantedAttributes } from './key-attributes.ts'
import { largestQuorum } from './quorum-commands.ts'
import { findUser } from './users.ts'

/** The CLI's defaults, which leave nearly everything off [D]. */
const publicDefaults: KeyValues = {
  TOKEN: true,
  PRIVATE: true,
  MODIFIABLE: true,
  DESTROYABLE: true,
  VERIFY: false,
  ENCRYPT: false,
  WRAP: false,
  DERIVE: false,
}

export const privateDefaults: KeyValues = {
  TOKEN: true,
  PRIVATE: true,
  SENSITIVE: true,
  EXTRACTABLE: true,
  WRAP_WITH_TRUSTED: false,
  MODIFIABLE: true,
  DESTROYABLE: true,
  SIGN: false,
  DECRYPT: false,
  UNWRAP: false,
  DERIVE: false,
}

export const secretDefaults: KeyValues = {
  TOKEN: true,
  PRIVATE: true,
  SENSITIVE: true,
  EXTRACTABLE: true,
  WRAP_WITH_TRUSTED: false,
  MODIFIABLE: true,
  DESTROYABLE: true,
  ENCRYPT: false,
  DECRYPT: false,
  SIGN: true,
  VERIFY: true,
  WRAP: false,
  UNWRAP: false,
  DERIVE: false,
}

/** Attributes that a public key cannot have: CLI and SoftHSM say so alike. */
function withoutPrivate(values: KeyValues): KeyValues {
  const { EXTRACTABLE: _e, SENSITIVE: _s, WRAP_WITH_TRUSTED: _w, SIGN, DECRYPT, UNWRAP, ...rest } = values
  if (SIGN === true || DECRYPT === true || UNWRAP === true) throw new CliError('Attribute is not one of a public key')
  return rest
}

function withoutPublic(values: KeyValues): KeyValues {
  const { VERIFY, ENCRYPT, WRAP, ...rest } = values
  if (VERIFY === true || ENCRYPT === true || WRAP === true) throw new CliError('Attribute is not one of a private key')
  return rest
}

/** Ids of two halves: what a command says, or one that is not shown. */
export function idsOf(...wanted: readonly (string | undefined)[]): {
  readonly ids: readonly string[]
  readonly anonymous: boolean
} {
  const made = randomBytes(16).toString('hex')
  return { ids: wanted.map((id) => id ?? made), anonymous: wanted.every((id) => id === undefined) }
}

/** @throws {CliError} when the owner has an object of a class with the id: SoftHSM does not tell such two apart */
export async function requireFreeId(session: Session, id: string, ...classes: readonly KeyClass[]): Promise<void> {
  const taken = await findObjects(session, { keyId: id })
  if (taken.some((object) => classes.some((each) => each === object.class)))
    throw new CliError('A key with this id exists already')
}

interface PairRequest {
  readonly size: { readonly bits: number; readonly exponent: bigint } | { readonly curve: string }
  readonly public: WantedAttributes & { readonly label: string; readonly ckaId: string }
  readonly private: WantedAttributes & { readonly label: string; readonly ckaId: string }
}

const curveAlgorithms: Readonly<Record<string, string>> = {
  prime256v1: 'ec-p256',
  secp256r1: 'ec-p256',
  secp384r1: 'ec-p384',
}

export async function makePair(session: Session, request: PairRequest): Promise<void> {
  const { size } = request
  const curve = 'curve' in size ? curves.find(({ algorithm }) => algorithm === curveAlgorithms[size.curve]) : undefined
  if ('curve' in size && curve === undefined) throw new CliError('Curve is not simulated')
  const KEY_TYPE = curve === undefined ? keyTypes.rsa : keyTypes.ec
  const sizes: KeyValues =
    'curve' in size
      ? { EC_PARAMS: Uint8Array.from(curve?.params ?? []) }
      : { MODULUS_BITS: size.bits, PUBLIC_EXPONENT: bytesOf(size.exponent) }
  const of = (half: PairRequest['public']): KeyValues => ({ KEY_TYPE, LABEL: half.label, ID: idValue(half.ckaId) })
  await session.call('generateKeyPair', {
    mechanism: {
      mechanism: curve === undefined ? mechanismTypes.RSA_PKCS_KEY_PAIR_GEN : mechanismTypes.EC_KEY_PAIR_GEN,
    },
    publicTemplate: templateOf({
      CLASS: objectClasses['public-key'],
      ...of(request.public),
      ...publicDefaults,
      ...withoutPrivate(request.public.values),
      ...sizes,
    }),
    privateTemplate: templateOf({
      CLASS: objectClasses['private-key'],
      ...of(request.private),
      ...privateDefaults,
      ...withoutPublic(request.private.values),
    }),
  })
}

export async function makeAesKey(
  session: Session,
  { label, ckaId, bytes, values }: { label: string; ckaId: string; bytes: number; values: KeyValues },
): Promise<void> {
  await session.call('generateKey', {
    mechanism: { mechanism: mechanismTypes.AES_KEY_GEN },
    template: templateOf({
      CLASS: objectClasses['secret-key'],
      KEY_TYPE: keyTypes.aes,
      LABEL: label,
      ID: idValue(ckaId),
      ...secretDefaults,
      ...values,
      VALUE_LEN: bytes,
    }),
  })
}

export async function makePublicKey(
  session: Session,
  { label, ckaId, spki, values }: { label: string; ckaId: string; spki: Uint8Array; values: KeyValues },
): Promise<void> {
  const key = attributesOfSpki(spki)
  const template = templateOf({
    CLASS: objectClasses['public-key'],
    KEY_TYPE: keyTypes[key.keyType],
    LABEL: label,
    ID: idValue(ckaId),
    ...publicDefaults,
    ...withoutPrivate(values),
  })
  await session.call('create', { template: [...template, ...key.attributes] })
}

/**
 * With whom a new key is shared, and how many of them must agree to what is done with it.
 *
 * @throws {CliError} when more must agree than there are, or a user does not exist
 */
export function sharingOf(
  data: DataPlane,
  owner: HsmUser | string,
  shared: readonly string[],
  manage: number | undefined,
  use: number | undefined,
): { readonly sharedWith: readonly string[]; readonly manageQuorum?: number; readonly useQuorum?: number } {
  const sharedWith = shared.map((name) => name.toLowerCase())
  for (const name of sharedWith) {
    if (findUser(data, name, 'crypto-user') === undefined || name === owner)
      throw new CliError(`Key cannot be shared with ${name}`)
  }
  const most = Math.max(manage ?? 0, use ?? 0)
  if (most > largestQuorum || most > sharedWith.length + 1)
    throw new CliError('Quorum value is greater than the number of users of the key')
  return {
    sharedWith,
    ...(manage === undefined ? {} : { manageQuorum: manage }),
    ...(use === undefined ? {} : { useQuorum: use }),
  }
}

function bytesOf(number: bigint): Uint8Array {
  const hex = number.toString(16)
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'))
}
