import { createHash } from 'node:crypto'
import type { SignatureAlgorithm, Signer } from '../../../engine/step/capabilities.ts'
import { StepError } from '../../../engine/step/errors.ts'
import { mechanismTypes } from './constants.ts'
import { publicKey } from './keys.ts'
import { getOne } from './objects.ts'
import type { KeyAlgorithm } from './public-key.ts'
import type { Sessions } from './sessions.ts'

/**
 * The first is the default: the hash of the curve's strength (RFC 5480 section 4); for RSA SHA-256, which every client
 * takes, and SHA-384 for 4096 bits, as AWS Private CA offers both for it.
 */
const algorithmsOf: Readonly<Record<KeyAlgorithm, readonly [SignatureAlgorithm, ...SignatureAlgorithm[]]>> = {
  'ec-p256': ['ecdsa-p256-sha256'],
  'ec-p384': ['ecdsa-p384-sha384'],
  'rsa-2048': ['rsa-pkcs1-sha256', 'rsa-pkcs1-sha384', 'rsa-pkcs1-sha512'],
  'rsa-3072': ['rsa-pkcs1-sha256', 'rsa-pkcs1-sha384', 'rsa-pkcs1-sha512'],
  'rsa-4096': ['rsa-pkcs1-sha384', 'rsa-pkcs1-sha256', 'rsa-pkcs1-sha512'],
}

interface Scheme {
  readonly mechanism: number
  /** Set where we hash: SoftHSM knows no ECDSA with a hash. */
  readonly hash?: 'sha256' | 'sha384'
}

const schemes: Readonly<Record<SignatureAlgorithm, Scheme>> = {
  'ecdsa-p256-sha256': { mechanism: mechanismTypes.ECDSA, hash: 'sha256' },
  'ecdsa-p384-sha384': { mechanism: mechanismTypes.ECDSA, hash: 'sha384' },
  'rsa-pkcs1-sha256': { mechanism: mechanismTypes.SHA256_RSA_PKCS },
  'rsa-pkcs1-sha384': { mechanism: mechanismTypes.SHA384_RSA_PKCS },
  'rsa-pkcs1-sha512': { mechanism: mechanismTypes.SHA512_RSA_PKCS },
}

/** The mechanism that a key of this kind signs with, unless another one is asked for. */
export function signingMechanism(algorithm: KeyAlgorithm): number {
  return schemes[algorithmsOf[algorithm][0]].mechanism
}

/** Room for the longest signature, RSA-4096. */
const signatureRoom = 512

/**
 * @param wanted another algorithm than the key's default
 * @throws {StepError} `not-found`, `conflict` (several keys), `invalid` (the key has no such algorithm)
 */
export async function makeSigner(
  sessions: Sessions,
  keyId: string,
  signal: AbortSignal,
  wanted?: SignatureAlgorithm,
): Promise<Signer> {
  const key = await sessions.use(signal, async (session) => {
    const { handle } = await getOne(session, { class: 'private-key', keyId })
    session.keys.set(keyId, handle)
    return publicKey(session, keyId)
  })
  const [byDefault, ...others] = algorithmsOf[key.algorithm]
  const algorithm = wanted ?? byDefault
  if (algorithm !== byDefault && !others.includes(algorithm)) {
    throw new StepError('invalid', `key \`${keyId}\` is \`${key.algorithm}\`, wanted one for \`${algorithm}\``)
  }
  const { mechanism, hash } = schemes[algorithm]
  return {
    publicKeySpki: key.spki,
    algorithm,
    sign: (data, useSignal) => {
      const input = Uint8Array.from(hash ? createHash(hash).update(data).digest() : data)
      return sessions.use(useSignal, async (session) => {
        const known = session.keys.get(keyId)
        const handle = known ?? (await getOne(session, { class: 'private-key', keyId })).handle
        session.keys.set(keyId, handle)
        const request = { mechanism: { mechanism }, key: handle, data: input, length: signatureRoom }
        const signature = await session.call('sign', request)
        return hash ? ecdsaSignatureDer(signature) : Uint8Array.from(signature)
      })
    },
  }
}

/** `r || s` of PKCS#11 as `ECDSA-Sig-Value`, RFC 3279 section 2.2.3. */
export function ecdsaSignatureDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  const numbers = [...derInteger(signature.subarray(0, half)), ...derInteger(signature.subarray(half))]
  return Uint8Array.from([0x30, numbers.length, ...numbers]) // at most 102 bytes for P-384: the short form
}

function derInteger(bytes: Uint8Array): readonly number[] {
  const start = bytes.findIndex((byte) => byte !== 0)
  const digits = start < 0 ? [0] : [...bytes.subarray(start)]
  const positive = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits
  return [0x02, positive.length, ...positive]
}
