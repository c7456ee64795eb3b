import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { ServiceError } from '../../aws/simulator/service.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import type { X509Algorithm } from '../../x509/model/algorithm.ts'
import { signLocally } from '../../x509/model/signature.ts'
import type { keyAlgorithm, signingAlgorithm } from './shapes.ts'

type KeyAlgorithm = ValueOf<typeof keyAlgorithm>
type SigningAlgorithm = ValueOf<typeof signingAlgorithm>

const algorithms: Readonly<Partial<Record<SigningAlgorithm, X509Algorithm>>> = {
  SHA256WITHECDSA: 'ecdsa-sha256',
  SHA384WITHECDSA: 'ecdsa-sha384',
  SHA512WITHECDSA: 'ecdsa-sha512',
  SHA256WITHRSA: 'rsa-pkcs1-sha256',
  SHA384WITHRSA: 'rsa-pkcs1-sha384',
  SHA512WITHRSA: 'rsa-pkcs1-sha512',
}

/**
 * The algorithm that a CA with this key signs with.
 *
 * @throws {ServiceError} `InvalidArgsException` when the key is of another family, or of one that this Region has not
 */
export function signatureAlgorithmOf(key: string, signing: SigningAlgorithm): X509Algorithm {
  const algorithm = algorithms[signing]
  if (algorithm === undefined || key === 'SM2')
    throw new ServiceError('InvalidArgsException', 'SM2 is not supported in this region.')
  if (key.startsWith('RSA') !== algorithm.startsWith('rsa'))
    throw new ServiceError(
      'InvalidArgsException',
      `The signing algorithm ${signing} does not match the key algorithm ${key}.`,
    )
  return algorithm
}

/** Makes a key pair. @returns the private key as PKCS #8 PEM */
export function generateKey(algorithm: KeyAlgorithm): string {
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
  switch (algorithm) {
    case 'RSA_2048':
    case 'RSA_3072':
    case 'RSA_4096': {
      const modulusLength = Number(algorithm.slice(4))
      return generateKeyPairSync('rsa', { modulusLength, privateKeyEncoding, publicKeyEncoding }).privateKey
    }
    case 'EC_prime256v1':
    case 'EC_secp384r1':
    case 'EC_secp521r1': {
      const namedCurve = algorithm.slice(3)
      return generateKeyPairSync('ec', { namedCurve, privateKeyEncoding, publicKeyEncoding }).privateKey
    }
    case 'SM2':
      throw new ServiceError('InvalidArgsException', 'SM2 is not supported in this region.')
  }
}

/** DER SubjectPublicKeyInfo of a private key. */
export function spkiOf(privateKeyPem: string): Uint8Array {
  return createPublicKey(privateKeyPem).export({ type: 'spki', format: 'der' })
}

/** Signs as X.509 carries it. */
export function signWith(privateKeyPem: string, algorithm: X509Algorithm, data: Uint8Array): Uint8Array {
  return signLocally(createPrivateKey(privateKeyPem), algorithm, data)
}
