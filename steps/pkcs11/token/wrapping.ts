import { StepError } from '../../../engine/step/errors.ts'
import { keyTypes, mechanismTypes, objectClasses } from './constants.ts'
import { refuseTaken } from './keys.ts'
import type { OaepHash, TokenDialect } from './mechanisms.ts'
import { getOne, readNamed } from './objects.ts'
import type { Handle, Mechanism } from './protocol.ts'
import { attributesOfSpki } from './public-key.ts'
import type { Session } from './sessions.ts'
import { keyIdBytes, privateKeyBooleans, publicKeyBooleans, sessionAesKey, templateOf } from './templates.ts'
import type { KeyPurpose } from './templates.ts'

export interface WrapRequest {
  /** The private key that is copied. */
  readonly keyId: string
  /** Public key of the destination's unwrapping key pair (RSA). */
  readonly wrappingSpki: Uint8Array
  /** `commonOaepHash` of both tokens. */
  readonly oaepHash: OaepHash
}

export interface UnwrapRequest {
  /** Key ID of the unwrapping private key. */
  readonly unwrappingKeyId: string
  /** RSA-OAEP(AES-256 key) followed by AES-KWP(PKCS#8): the form of CKM_RSA_AES_KEY_WRAP. */
  readonly blob: Uint8Array
  readonly oaepHash: OaepHash
  readonly label: string
  readonly keyId: string
  readonly keyType: 'rsa' | 'ec'
  readonly purpose: KeyPurpose
  readonly extractable: boolean
  readonly wrapWithTrusted?: boolean
}

const oaepHashes: Readonly<Record<OaepHash, { readonly hashAlg: number; readonly mgf: number }>> = {
  sha1: { hashAlg: mechanismTypes.SHA_1, mgf: 1 },
  sha256: { hashAlg: mechanismTypes.SHA256, mgf: 2 },
  sha384: { hashAlg: mechanismTypes.SHA384, mgf: 3 },
  sha512: { hashAlg: mechanismTypes.SHA512, mgf: 4 },
}

/** Room for the PKCS#8 of an RSA-4096 key (about 2,400 bytes), wrapped. */
const wrappedKeyRoom = 4096

function oaep(hash: OaepHash): Mechanism {
  return { mechanism: mechanismTypes.RSA_PKCS_OAEP, parameter: { type: 4, source: 1, ...oaepHashes[hash] } }
}

/**
 * Wraps a private key for another token: a new AES-256 key wraps it, and the destination's public key wraps that. Both
 * helpers are session objects and are gone afterwards.
 *
 * @returns the blob, which is key material: overwrite it after use
 * @throws {StepError} `denied` when the key may not leave the token
 */
export async function wrapFor(session: Session, dialect: TokenDialect, request: WrapRequest): Promise<Uint8Array> {
  const wrapping = attributesOfSpki(request.wrappingSpki)
  if (wrapping.keyType !== 'rsa') throw new StepError('invalid', 'wrapping key is an EC key, wanted RSA')
  const { handle: key } = await getOne(session, { class: 'private-key', keyId: request.keyId })
  const made: Handle[] = []
  try {
    const publicKey = await session.call('create', {
      template: [
        ...templateOf({
          CLASS: objectClasses['public-key'],
          KEY_TYPE: keyTypes.rsa,
          ...publicKeyBooleans('unwrap'),
          TOKEN: false,
        }),
        ...wrapping.attributes,
      ],
    })
    made.push(publicKey)
    const mechanism = { mechanism: mechanismTypes.AES_KEY_GEN }
    const template = templateOf({ ...sessionAesKey('wrap'), VALUE_LEN: 32 })
    const aesKey = await session.call('generateKey', { mechanism, template })
    made.push(aesKey)
    const length = wrapping.modulusBytes
    const wrap = { mechanism: oaep(request.oaepHash), wrappingKey: publicKey, key: aesKey, length }
    const wrappedAes = await session.call('wrap', wrap)
    const pad = { mechanism: dialect.aesKeyWrapPad }
    const wrappedKey = await session.call('wrap', { mechanism: pad, wrappingKey: aesKey, key, length: wrappedKeyRoom })
    const blob = new Uint8Array(wrappedAes.length + wrappedKey.length)
    blob.set(wrappedAes)
    blob.set(wrappedKey, wrappedAes.length)
    wrappedAes.fill(0)
    wrappedKey.fill(0)
    return blob
  } finally {
    for (const object of made) await destroyAfterUse(session, object)
  }
}

/**
 * Unwraps what {@link wrapFor} made into a token object. `blob` stays the caller's to overwrite; our copies are.
 *
 * @throws {StepError} `conflict` when the key ID is taken, `not-found` without the unwrapping key
 */
export async function unwrapFrom(session: Session, dialect: TokenDialect, request: UnwrapRequest): Promise<void> {
  await refuseTaken(session, request.keyId, ['private-key'])
  const { handle: unwrappingKey } = await getOne(session, { class: 'private-key', keyId: request.unwrappingKeyId })
  const { MODULUS: modulus } = await readNamed(session, unwrappingKey, ['MODULUS'])
  const length = modulus?.length ?? 0
  if (length === 0 || request.blob.length <= length) {
    throw new StepError('invalid', `wrapped key has ${request.blob.length} bytes, wanted more than ${length}`)
  }
  const wrappedAes = request.blob.slice(0, length)
  const wrappedKey = request.blob.slice(length)
  let aesKey: Handle | undefined
  try {
    const aes = { mechanism: oaep(request.oaepHash), unwrappingKey, wrapped: wrappedAes }
    aesKey = await session.call('unwrap', { ...aes, template: templateOf(sessionAesKey('unwrap')) })
    const template = templateOf(
      {
        CLASS: objectClasses['private-key'],
        KEY_TYPE: keyTypes[request.keyType],
        LABEL: request.label,
        ID: keyIdBytes(request.keyId),
        ...privateKeyBooleans(request.purpose, request.extractable, request.wrapWithTrusted),
      },
      dialect.notInUnwrap[request.keyType],
    )
    const pad = { mechanism: dialect.aesKeyWrapPad }
    await session.call('unwrap', { mechanism: pad, unwrappingKey: aesKey, wrapped: wrappedKey, template })
  } finally {
    wrappedAes.fill(0)
    wrappedKey.fill(0)
    if (aesKey) await destroyAfterUse(session, aesKey)
  }
}

/** The session's end destroys it too, so a failure here hides no other. */
async function destroyAfterUse(session: Session, object: Handle): Promise<void> {
  await session.cleanUp('destroy', { object }).catch(() => undefined)
}
