import { createPublicKey } from 'node:crypto'
import { StepError } from '../../../engine/step/errors.ts'
import { attributeTypes, keyTypes } from './constants.ts'
import type { Attribute } from './protocol.ts'

export const keyAlgorithms = ['ec-p256', 'ec-p384', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const

/** Key algorithms by the names used in runbooks, outputs and the journal. */
export type KeyAlgorithm = (typeof keyAlgorithms)[number]

interface Curve {
  readonly jwk: string
  readonly algorithm: KeyAlgorithm
  /** DER of the named curve's object identifier: the value of CKA_EC_PARAMS. */
  readonly params: Uint8Array
  readonly coordinateBytes: number
}

export const curves: readonly Curve[] = [
  { jwk: 'P-256', algorithm: 'ec-p256', params: Buffer.from('06082a8648ce3d030107', 'hex'), coordinateBytes: 32 },
  { jwk: 'P-384', algorithm: 'ec-p384', params: Buffer.from('06052b81040022', 'hex'), coordinateBytes: 48 },
]

/** The attributes of which a public key is made. */
export interface PublicKeyParts {
  readonly keyType: number
  readonly ecParams?: Uint8Array | undefined
  readonly ecPoint?: Uint8Array | undefined
  readonly modulus?: Uint8Array | undefined
  readonly publicExponent?: Uint8Array | undefined
}

/**
 * Makes SubjectPublicKeyInfo, DER, of what a token tells of a key.
 *
 * @returns `undefined` when parts are missing, such as the point in a private EC object
 * @throws {StepError} `invalid` for other curves and key types than {@link keyAlgorithms}
 */
export function spkiOf(parts: PublicKeyParts): Uint8Array | undefined {
  if (parts.keyType === keyTypes.rsa) {
    if (!parts.modulus?.length || !parts.publicExponent?.length) return undefined
    return spkiOfJwk({ kty: 'RSA', n: number(parts.modulus), e: number(parts.publicExponent) })
  }
  const curve = curveOf(parts)
  if (!parts.ecPoint?.length) return undefined
  const point = uncompressedPoint(parts.ecPoint, curve)
  const x = base64Url(point.subarray(1, 1 + curve.coordinateBytes))
  const y = base64Url(point.subarray(1 + curve.coordinateBytes))
  return spkiOfJwk({ kty: 'EC', crv: curve.jwk, x, y })
}

/** @throws {StepError} `invalid` for other curves and key types than {@link keyAlgorithms} */
export function algorithmOf(parts: PublicKeyParts): KeyAlgorithm {
  if (parts.keyType !== keyTypes.rsa) return curveOf(parts).algorithm
  const bits = withoutLeadingZeros(parts.modulus ?? new Uint8Array()).length * 8
  const algorithm = keyAlgorithms.find((name) => name === `rsa-${bits}`)
  if (algorithm === undefined) throw new StepError('invalid', `RSA key has ${bits} bits, wanted 2048, 3072 or 4096`)
  return algorithm
}

export interface KeyFromSpki {
  readonly keyType: 'rsa' | 'ec'
  /** What `C_CreateObject` needs of it. */
  readonly attributes: readonly Attribute[]
  /** RSA only. */
  readonly modulusBytes: number
}

/** The attributes of a public key object for a SubjectPublicKeyInfo. @throws {StepError} `invalid` */
export function attributesOfSpki(spki: Uint8Array): KeyFromSpki {
  const jwk = jwkOf(spki)
  if (jwk.kty === 'RSA' && jwk.n !== undefined && jwk.e !== undefined) {
    const modulus = Buffer.from(jwk.n, 'base64url')
    const attributes = [
      { type: attributeTypes.MODULUS, value: new Uint8Array(modulus) },
      { type: attributeTypes.PUBLIC_EXPONENT, value: new Uint8Array(Buffer.from(jwk.e, 'base64url')) },
    ]
    return { keyType: 'rsa', attributes, modulusBytes: modulus.length }
  }
  const curve = curves.find(({ jwk: name }) => name === jwk.crv)
  if (!curve || jwk.x === undefined || jwk.y === undefined) {
    throw new StepError('invalid', 'public key is neither RSA nor on P-256 or P-384')
  }
  const point = Buffer.concat([Buffer.of(4), Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url')])
  const attributes = [
    { type: attributeTypes.EC_PARAMS, value: new Uint8Array(curve.params) },
    { type: attributeTypes.EC_POINT, value: Uint8Array.from([4, point.length, ...point]) }, // DER OCTET STRING
  ]
  return { keyType: 'ec', attributes, modulusBytes: 0 }
}

function jwkOf(spki: Uint8Array): { kty?: string; crv?: string; x?: string; y?: string; n?: string; e?: string } {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).export({ format: 'jwk' })
  } catch (cause) {
    throw new StepError('invalid', 'public key is not a SubjectPublicKeyInfo in DER', { cause })
  }
}

function spkiOfJwk(jwk: Record<string, string>): Uint8Array {
  return new Uint8Array(createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' }))
}

function curveOf({ keyType, ecParams = new Uint8Array() }: PublicKeyParts): Curve {
  if (keyType !== keyTypes.ec)
    throw new StepError('invalid', `key has type 0x${keyType.toString(16)}, wanted RSA or EC`)
  const curve = curves.find(({ params }) => Buffer.from(params).equals(ecParams))
  if (curve) return curve
  const found = Buffer.from(ecParams).toString('hex')
  throw new StepError('invalid', `key has EC parameters \`${found}\`, wanted P-256 or P-384`)
}

/** CKA_EC_POINT is the point in a DER OCTET STRING; some tokens leave the wrapping out. */
function uncompressedPoint(value: Uint8Array, curve: Curve): Uint8Array {
  const length = 1 + 2 * curve.coordinateBytes
  const point = value.length === length + 2 && value[0] === 4 && value[1] === length ? value.subarray(2) : value
  if (point.length === length && point[0] === 4) return point
  throw new StepError('invalid', `token gives an EC point of ${value.length} bytes, wanted ${length} uncompressed`)
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  return start < 0 ? bytes.subarray(bytes.length) : bytes.subarray(start)
}

/** Numbers in a JWK have no leading zeros; coordinates keep theirs. */
function number(bytes: Uint8Array): string {
  return base64Url(withoutLeadingZeros(bytes))
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
