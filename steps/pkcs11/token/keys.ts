import { StepError } from '../../../engine/step/errors.ts'
import { keyTypes, mechanismTypes, objectClasses } from './constants.ts'
import type { TokenDialect } from './mechanisms.ts'
import { findObjects, findOne, getOne, readBooleans, readPublicParts } from './objects.ts'
import type { BooleanAttributes, Found, KeyClass, KeyObject, KeyQuery, TokenObject } from './objects.ts'
import { algorithmOf, attributesOfSpki, spkiOf, type KeyAlgorithm } from './public-key.ts'
import type { Session } from './sessions.ts'
import { keyIdBytes, keyPairTemplates, publicKeyBooleans, templateOf } from './templates.ts'
import type { KeyPairRequest, KeyPurpose } from './templates.ts'

/** `public-only` and `private-only`: a key generation that was killed half way leaves one object. */
export type KeyPairState = 'absent' | 'complete' | 'public-only' | 'private-only'

/** A key pair as the token describes it. */
export interface KeyPairRecord {
  readonly keyId: string
  readonly label: string
  readonly algorithm: KeyAlgorithm
  /** `undefined`: there is no such object. */
  readonly public: BooleanAttributes | undefined
  readonly private: BooleanAttributes | undefined
}

interface Pair {
  readonly public: Found<TokenObject> | undefined
  readonly private: Found<TokenObject> | undefined
}

async function findPair(session: Session, keyId: string): Promise<Pair> {
  return {
    public: await findOne(session, { class: 'public-key', keyId }),
    private: await findOne(session, { class: 'private-key', keyId }),
  }
}

async function getPair(session: Session, keyId: string): Promise<Pair> {
  const pair = await findPair(session, keyId)
  if (pair.public ?? pair.private) return pair
  throw new StepError('not-found', `no key has key ID \`${keyId}\``)
}

function stateOf(pair: Pair): KeyPairState {
  if (pair.public) return pair.private ? 'complete' : 'public-only'
  return pair.private ? 'private-only' : 'absent'
}

export async function keyPairState(session: Session, keyId: string): Promise<KeyPairState> {
  return stateOf(await findPair(session, keyId))
}

export async function findKeys(session: Session, query: KeyQuery): Promise<readonly KeyObject[]> {
  const keys: KeyObject[] = []
  for (const { handle, ...object } of await findObjects(session, query)) {
    keys.push({ ...object, class: query.class, attributes: await readBooleans(session, handle, query.class) })
  }
  return keys.toSorted(compareObjects)
}

/** Every object, sorted, for a comparison of before and after. */
export async function inventory(session: Session): Promise<readonly TokenObject[]> {
  const objects = await findObjects(session, {})
  return objects.map(({ handle: _, ...object }) => object).toSorted(compareObjects)
}

function compareObjects(a: TokenObject, b: TokenObject): number {
  const text = (object: TokenObject): string => [object.class, object.label, object.keyId, object.keyType].join('\0')
  return text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0
}

/** @throws {StepError} `conflict` when an object already has the key ID: tokens do not refuse a second one */
export async function generateKeyPair(session: Session, request: KeyPairRequest): Promise<void> {
  const templates = keyPairTemplates(request)
  await refuseTaken(session, request.keyId, ['public-key', 'private-key'])
  const elliptic = request.algorithm.startsWith('ec-')
  const mechanism = elliptic ? mechanismTypes.EC_KEY_PAIR_GEN : mechanismTypes.RSA_PKCS_KEY_PAIR_GEN
  await session.call('generateKeyPair', { mechanism: { mechanism }, ...templates })
}

/** @throws {StepError} `conflict` */
export async function refuseTaken(session: Session, keyId: string, classes: readonly KeyClass[]): Promise<void> {
  const taken = (await findObjects(session, { keyId })).find((object) => classes.some((name) => name === object.class))
  if (!taken) return
  throw new StepError('conflict', `key ID \`${keyId}\` belongs to the ${taken.class} object \`${taken.label}\``)
}

export async function readAttributes(session: Session, keyId: string): Promise<KeyPairRecord> {
  const pair = await getPair(session, keyId)
  const described = pair.public ?? pair.private
  if (!described) throw new StepError('not-found', `no key has key ID \`${keyId}\``)
  const read = (object: Found<TokenObject> | undefined, keyClass: KeyClass) =>
    object ? readBooleans(session, object.handle, keyClass) : undefined
  return {
    keyId,
    label: (pair.private ?? described).label,
    algorithm: algorithmOf(await readPublicParts(session, described.handle)),
    public: await read(pair.public, 'public-key'),
    private: await read(pair.private, 'private-key'),
  }
}

/** Of the public object; where there is none, of the private one, which tells it for RSA only. */
export async function publicKey(
  session: Session,
  keyId: string,
): Promise<{ spki: Uint8Array; algorithm: KeyAlgorithm }> {
  const pair = await getPair(session, keyId)
  for (const object of [pair.public, pair.private]) {
    if (!object) continue
    const parts = await readPublicParts(session, object.handle)
    const spki = spkiOf(parts)
    if (spki) return { spki, algorithm: algorithmOf(parts) }
  }
  throw new StepError('not-found', `no public-key object has key ID \`${keyId}\`, and the private one does not tell it`)
}

/** The private object first: what a crash leaves is then harmless. */
export async function destroyKey(session: Session, keyId: string): Promise<void> {
  const pair = await getPair(session, keyId)
  if (pair.private) await session.call('destroy', { object: pair.private.handle })
  if (pair.public) await session.call('destroy', { object: pair.public.handle })
  session.keys.delete(keyId)
}

/**
 * Removes the one object that a killed key generation left. Whether it is its own, the caller proves by the key ID.
 *
 * @throws {StepError} `conflict` when the pair is complete, or when the private half was not generated on this token
 */
export async function removeHalfKeyPair(session: Session, keyId: string): Promise<void> {
  const pair = await findPair(session, keyId)
  const half = pair.public ?? pair.private
  if (!half) return
  if (pair.public && pair.private) throw new StepError('conflict', `key \`${keyId}\` is a complete pair, wanted a half`)
  if (pair.private) {
    const { LOCAL } = await readBooleans(session, half.handle, 'private-key')
    if (LOCAL !== true) {
      throw new StepError('conflict', `private key \`${keyId}\` was brought to this token, so it is no half of a pair`)
    }
  }
  await session.call('destroy', { object: half.handle })
}

/** For good: a key that must not leave cannot be allowed to again. */
export async function setExtractableFalse(session: Session, keyId: string): Promise<void> {
  const key = await getOne(session, { class: 'private-key', keyId })
  await session.call('set', { object: key.handle, template: templateOf({ EXTRACTABLE: false }) })
}

export interface PublicKeyRequest {
  readonly spki: Uint8Array
  readonly label: string
  readonly keyId: string
  readonly purpose: KeyPurpose
}

/** Makes the public object of a key that was unwrapped, as a wrapped key brings its private half only. */
export async function createPublicKey(
  session: Session,
  dialect: TokenDialect,
  request: PublicKeyRequest,
): Promise<void> {
  await refuseTaken(session, request.keyId, ['public-key'])
  const key = attributesOfSpki(request.spki)
  const values = {
    CLASS: objectClasses['public-key'],
    KEY_TYPE: keyTypes[key.keyType],
    LABEL: request.label,
    ID: keyIdBytes(request.keyId),
    ...publicKeyBooleans(request.purpose),
  }
  const template = [...templateOf(values, dialect.notInCreatePublic[key.keyType]), ...key.attributes]
  await session.call('create', { template })
}
