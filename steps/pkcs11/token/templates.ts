import { StepError } from '../../../engine/step/errors.ts'
import { attributeTypes, keyTypes, objectClasses, type AttributeName } from './constants.ts'
import type { Attribute, AttributeValue, Template } from './protocol.ts'
import { curves, type KeyAlgorithm } from './public-key.ts'

/** `sign`: a CA's key. `unwrap`: receives copies of keys from other tokens (RSA only). */
export type KeyPurpose = 'sign' | 'unwrap'

export interface KeyPairRequest {
  readonly label: string
  /** CKA_ID of both objects, lower-case hex. */
  readonly keyId: string
  readonly algorithm: KeyAlgorithm
  readonly purpose: KeyPurpose
  /** True: the private key may leave the token wrapped. Decide now, it cannot become true later. */
  readonly extractable: boolean
  /** True: only a wrapping key that the device's officer marked as trusted may wrap it. */
  readonly wrapWithTrusted?: boolean
  /** Boolean attributes that differ from what the purpose implies. */
  readonly privateAttributes?: Readonly<Partial<Record<AttributeName, boolean>>>
  readonly publicAttributes?: Readonly<Partial<Record<AttributeName, boolean>>>
}

type Values = Readonly<Partial<Record<AttributeName, AttributeValue>>>

/** A template without the attributes in `omit`. */
export function templateOf(values: Values, omit: readonly AttributeName[] = []): Template {
  const template: Attribute[] = []
  for (const [name, value] of Object.entries(values)) {
    // Object.entries widens the key
    const attribute = name as AttributeName
    if (!omit.includes(attribute)) template.push({ type: attributeTypes[attribute], value })
  }
  return template
}

/** @throws {StepError} `invalid` when it is no hex of whole bytes */
export function keyIdBytes(keyId: string): Uint8Array {
  if (!/^([0-9a-f]{2})+$/.test(keyId)) {
    throw new StepError('invalid', `key ID \`${keyId}\` is not lower-case hex of whole bytes`)
  }
  return Uint8Array.from(Buffer.from(keyId, 'hex'))
}

/**
 * Every boolean is stated in both templates, as the defaults of tokens are opposite. Left out are the attributes that
 * CloudHSM does not know (SIGN_RECOVER, VERIFY_RECOVER, COPYABLE) and TRUSTED, which is the officer's.
 */
export function privateKeyBooleans(purpose: KeyPurpose, extractable: boolean, wrapWithTrusted = false): Values {
  return {
    TOKEN: true,
    PRIVATE: true,
    SENSITIVE: true,
    EXTRACTABLE: extractable,
    WRAP_WITH_TRUSTED: wrapWithTrusted,
    MODIFIABLE: true,
    DESTROYABLE: true,
    SIGN: purpose === 'sign',
    DECRYPT: false,
    UNWRAP: purpose === 'unwrap',
    DERIVE: false,
  }
}

/** PRIVATE is true: CloudHSM refuses public keys without it. */
export function publicKeyBooleans(purpose: KeyPurpose): Values {
  return {
    TOKEN: true,
    PRIVATE: true,
    MODIFIABLE: true,
    DESTROYABLE: true,
    VERIFY: purpose === 'sign',
    ENCRYPT: false,
    WRAP: purpose === 'unwrap',
    DERIVE: false,
  }
}

/** Templates of `C_GenerateKeyPair`. @throws {StepError} `invalid` */
export function keyPairTemplates(request: KeyPairRequest): { publicTemplate: Template; privateTemplate: Template } {
  const { algorithm, purpose, label } = request
  const curve = curves.find((candidate) => candidate.algorithm === algorithm)
  if (curve && purpose === 'unwrap') {
    throw new StepError('invalid', `an unwrapping key is \`${algorithm}\`, wanted RSA`)
  }
  const common = { KEY_TYPE: curve ? keyTypes.ec : keyTypes.rsa, LABEL: label, ID: keyIdBytes(request.keyId) }
  const size: Values = curve
    ? { EC_PARAMS: Uint8Array.from(curve.params) }
    : { MODULUS_BITS: Number(algorithm.slice('rsa-'.length)), PUBLIC_EXPONENT: Uint8Array.of(1, 0, 1) }
  return {
    publicTemplate: templateOf({
      CLASS: objectClasses['public-key'],
      ...common,
      ...publicKeyBooleans(purpose),
      ...request.publicAttributes,
      ...size, // in the public template only: in the other it makes the key unusable
    }),
    privateTemplate: templateOf({
      CLASS: objectClasses['private-key'],
      ...common,
      ...privateKeyBooleans(purpose, request.extractable, request.wrapWithTrusted),
      ...request.privateAttributes,
    }),
  }
}

/** An AES key that lives as long as the session. */
export function sessionAesKey(use: 'wrap' | 'unwrap'): Values {
  return {
    CLASS: objectClasses['secret-key'],
    KEY_TYPE: keyTypes.aes,
    TOKEN: false,
    PRIVATE: true,
    SENSITIVE: true,
    EXTRACTABLE: use === 'wrap',
    MODIFIABLE: true,
    DESTROYABLE: true,
    ENCRYPT: false,
    DECRYPT: false,
    SIGN: false,
    VERIFY: false,
    DERIVE: false,
    WRAP: use === 'wrap',
    UNWRAP: use === 'unwrap',
  }
}
