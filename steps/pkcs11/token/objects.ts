import { StepError } from '../../../engine/step/errors.ts'
import { attributeTypes, keyTypes, objectClasses, type AttributeName } from './constants.ts'
import type { Handle } from './protocol.ts'
import type { PublicKeyParts } from './public-key.ts'
import type { Session } from './sessions.ts'
import { keyIdBytes, templateOf } from './templates.ts'

type ObjectClass = keyof typeof objectClasses
export type KeyClass = 'public-key' | 'private-key' | 'secret-key'

/** The named boolean attributes of an object; those that it does not have are missing. */
export type BooleanAttributes = Readonly<Partial<Record<AttributeName, boolean>>>

export interface KeyQuery {
  readonly class: KeyClass
  readonly label?: string
  /** CKA_ID, lower-case hex. */
  readonly keyId?: string
}

/** An object on the token. */
export interface TokenObject {
  /** `0x…` for classes and key types without a name here. */
  readonly class: ObjectClass | `0x${string}`
  readonly label: string
  /** CKA_ID, lower-case hex; empty when it has none. */
  readonly keyId: string
  /** `undefined` for what is no key. */
  readonly keyType: keyof typeof keyTypes | `0x${string}` | undefined
}

export interface KeyObject extends TokenObject {
  readonly class: KeyClass
  readonly attributes: BooleanAttributes
}

/** With its handle, which is good for this session only. */
export type Found<T> = T & { readonly handle: Handle }

const booleans = {
  'public-key': [
    'TOKEN',
    'PRIVATE',
    'LOCAL',
    'MODIFIABLE',
    'DESTROYABLE',
    'VERIFY',
    'ENCRYPT',
    'WRAP',
    'DERIVE',
    'TRUSTED',
  ],
  'private-key': [
    ...(['TOKEN', 'PRIVATE', 'LOCAL', 'MODIFIABLE', 'DESTROYABLE', 'SENSITIVE', 'ALWAYS_SENSITIVE'] as const),
    ...(['EXTRACTABLE', 'NEVER_EXTRACTABLE', 'WRAP_WITH_TRUSTED', 'SIGN', 'DECRYPT', 'UNWRAP', 'DERIVE'] as const),
  ],
  'secret-key': [
    ...(['TOKEN', 'PRIVATE', 'LOCAL', 'MODIFIABLE', 'DESTROYABLE', 'SENSITIVE', 'ALWAYS_SENSITIVE'] as const),
    ...(['EXTRACTABLE', 'NEVER_EXTRACTABLE', 'WRAP_WITH_TRUSTED', 'ENCRYPT', 'DECRYPT'] as const),
    ...(['SIGN', 'VERIFY', 'WRAP', 'UNWRAP', 'DERIVE'] as const),
  ],
} as const satisfies Record<KeyClass, readonly AttributeName[]>

/** Attributes by name; `undefined` for those that the object does not have. */
export async function readNamed<N extends AttributeName>(
  session: Session,
  object: Handle,
  names: readonly N[],
): Promise<Readonly<Record<N, Uint8Array | undefined>>> {
  const types = names.map((name) => attributeTypes[name])
  const values = await session.call('read', { object, types })
  // one value for each name
  return Object.fromEntries(names.map((name, index) => [name, values[index]])) as Record<N, Uint8Array | undefined>
}

/** A CK_ULONG, which has the size and order of this machine. */
function unsignedLong(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined
  return Buffer.from(bytes).readUIntLE(0, Math.min(bytes.length, 6))
}

/** Every object that the session sees; keys without their boolean attributes. */
export async function findObjects(session: Session, query: Partial<KeyQuery>): Promise<readonly Found<TokenObject>[]> {
  const template = templateOf({
    ...(query.class === undefined ? {} : { CLASS: objectClasses[query.class] }),
    ...(query.label === undefined ? {} : { LABEL: query.label }),
    ...(query.keyId === undefined ? {} : { ID: keyIdBytes(query.keyId) }),
  })
  const found: Found<TokenObject>[] = []
  for (const handle of await session.call('find', { template })) {
    const values = await readNamed(session, handle, ['CLASS', 'LABEL', 'ID', 'KEY_TYPE'])
    found.push({
      handle,
      class: nameOf(objectClasses, unsignedLong(values.CLASS)) ?? '0x',
      label: Buffer.from(values.LABEL ?? []).toString('utf8'),
      keyId: Buffer.from(values.ID ?? []).toString('hex'),
      keyType: nameOf(keyTypes, unsignedLong(values.KEY_TYPE)),
    })
  }
  return found
}

/** @throws {StepError} `conflict` when several objects match, naming them */
export async function findOne(session: Session, query: KeyQuery): Promise<Found<TokenObject> | undefined> {
  const found = await findObjects(session, query)
  if (found.length <= 1) return found[0]
  const wanted = query.keyId === undefined ? `label \`${query.label}\`` : `key ID \`${query.keyId}\``
  const list = found.map(({ label, keyId }) => `\`${label}\` (key ID \`${keyId}\`)`).join(', ')
  throw new StepError('conflict', `${found.length} ${query.class} objects have ${wanted}: ${list}`, {
    hint: 'look at them and remove or rename all but one',
  })
}

/** @throws {StepError} `not-found`, `conflict` */
export async function getOne(
  session: Session,
  query: KeyQuery & { readonly keyId: string },
): Promise<Found<TokenObject>> {
  const found = await findOne(session, query)
  if (found) return found
  throw new StepError('not-found', `no ${query.class} object has key ID \`${query.keyId}\``)
}

export async function readBooleans(session: Session, object: Handle, keyClass: KeyClass): Promise<BooleanAttributes> {
  const values = await readNamed<AttributeName>(session, object, booleans[keyClass])
  const named: Partial<Record<AttributeName, boolean>> = {}
  for (const name of booleans[keyClass]) {
    const bytes = values[name]
    if (bytes?.length) named[name] = bytes[0] !== 0
  }
  return named
}

/** What tells algorithm and public key of a public object, or of a private one as far as the token tells. */
export async function readPublicParts(session: Session, object: Handle): Promise<PublicKeyParts> {
  const names = ['KEY_TYPE', 'EC_PARAMS', 'EC_POINT', 'MODULUS', 'PUBLIC_EXPONENT'] as const
  const values = await readNamed(session, object, names)
  return {
    keyType: unsignedLong(values.KEY_TYPE) ?? -1,
    ecParams: values.EC_PARAMS,
    ecPoint: values.EC_POINT,
    modulus: values.MODULUS,
    publicExponent: values.PUBLIC_EXPONENT,
  }
}

function nameOf<N extends string>(
  table: Readonly<Record<N, number>>,
  value: number | undefined,
): N | `0x${string}` | undefined {
  if (value === undefined) return undefined
  // the keys of the table are its names
  const names = Object.keys(table) as N[]
  return names.find((name) => table[name] === value) ?? `0x${value.toString(16)}`
}
