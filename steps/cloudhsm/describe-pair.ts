import { Type } from 'typebox'
import { StepError } from '../../engine/step/errors.ts'
import { pemText, sha256Hex } from '../../engine/step/schema.ts'
import { type KeyAlgorithm, keyAlgorithms } from '../pkcs11/token/public-key.ts'
import { spkiSha256 } from '../x509/model/digest.ts'
import { encodePem } from '../x509/model/pem.ts'
import { keyId } from './hsm-client/choose-key.ts'
import type { HsmKeyPair } from './hsm-client/keys.ts'

/** Outputs of a step that makes a key pair in a cluster. */
export const keyPairOutputs = {
  keyId: keyId('CKA_ID of both objects. Of a key that a run made: the id of its effect, in ASCII'),
  label: Type.String({ description: 'Label' }),
  algorithm: Type.Enum([...keyAlgorithms], { description: 'Kind and size of the key' }),
  publicKeyPem: pemText('The public key'),
  spkiSha256: sha256Hex('SHA-256 of the public key (SubjectPublicKeyInfo, DER)'),
  owner: Type.String({ description: 'The crypto user who owns the key' }),
  extractable: Type.Boolean({ description: 'Whether the private key may leave the cluster wrapped' }),
  wrapWithTrusted: Type.Boolean({ description: 'Whether only a trusted key may wrap it' }),
}

export interface DescribedPair {
  readonly keyId: string
  readonly label: string
  readonly algorithm: KeyAlgorithm
  readonly publicKeyPem: string
  readonly spkiSha256: string
  readonly owner: string
  readonly extractable: boolean
  readonly wrapWithTrusted: boolean
}

/** What is wanted of a key pair. */
export interface KeyPairInputs {
  readonly clusterId: string
  readonly as: string
  readonly label: string
  readonly algorithm: KeyAlgorithm
  readonly purpose?: 'sign' | 'unwrap'
  readonly extractable: boolean
  readonly wrapWithTrusted?: boolean
  readonly shareWith?: readonly string[]
  readonly manageQuorum?: number
  readonly useQuorum?: number
  readonly adoptSpkiSha256?: string
}

const kinds: Readonly<Record<KeyAlgorithm, readonly string[]>> = {
  'ec-p256': ['ec', '--curve', 'prime256v1'],
  'ec-p384': ['ec', '--curve', 'secp384r1'],
  'rsa-2048': ['rsa', '--public-exponent', '65537', '--modulus-size-bits', '2048'],
  'rsa-3072': ['rsa', '--public-exponent', '65537', '--modulus-size-bits', '3072'],
  'rsa-4096': ['rsa', '--public-exponent', '65537', '--modulus-size-bits', '4096'],
}

/** The command that makes it; what the CLI leaves off by default and what is wanted off is said alike. */
export function generateWords(wanted: KeyPairInputs, id: string): readonly string[] {
  const { label, algorithm, purpose = 'sign', extractable, wrapWithTrusted = false } = wanted
  const signs = purpose === 'sign'
  if (!signs && !algorithm.startsWith('rsa-'))
    throw new StepError('invalid', `a key pair that unwraps is RSA, found \`${algorithm}\``)
  const { shareWith = [], manageQuorum = 1, useQuorum = 1 } = wanted
  return [
    ...['key', 'generate-asymmetric-pair', ...(kinds[algorithm] satisfies readonly string[])],
    ...['--public-label', label, '--private-label', label],
    ...['--public-attributes', `id=0x${id}`, `verify=${signs}`, `wrap=${!signs}`],
    ...['--private-attributes', `id=0x${id}`, `sign=${signs}`, `unwrap=${!signs}`],
    ...[`extractable=${extractable}`, `wrap-with-trusted=${wrapWithTrusted}`],
    ...(shareWith.length === 0 ? [] : ['--share-crypto-users', ...shareWith]),
    ...(manageQuorum < 2 ? [] : ['--manage-private-key-quorum-value', String(manageQuorum)]),
    ...(useQuorum < 2 ? [] : ['--use-private-key-quorum-value', String(useQuorum)]),
  ]
}

/** @throws {StepError} `invalid` for another kind of key */
export function describePair({ privateKey, publicKey }: HsmKeyPair): DescribedPair {
  const { spki, algorithm } = publicKey
  if (spki === undefined || algorithm === undefined)
    throw new StepError('invalid', `key \`${publicKey.label}\` is none of ${keyAlgorithms.join(', ')}`)
  return {
    keyId: publicKey.id,
    label: privateKey.label,
    algorithm,
    publicKeyPem: encodePem('PUBLIC KEY', spki),
    spkiSha256: spkiSha256(spki),
    owner: privateKey.owners[0] ?? '',
    extractable: privateKey.booleans['extractable'] ?? false,
    wrapWithTrusted: privateKey.booleans['wrap-with-trusted'] ?? false,
  }
}

/** How a key pair differs from what is wanted, in words. */
export function pairDifferences(
  { privateKey }: HsmKeyPair,
  found: DescribedPair,
  wanted: KeyPairInputs,
): readonly string[] {
  const { purpose = 'sign', wrapWithTrusted = false, manageQuorum = 1, useQuorum = 1, shareWith = [] } = wanted
  const compared: readonly (readonly [string, string | number | boolean, string | number | boolean])[] = [
    ['owner', found.owner, wanted.as],
    ['label', found.label, wanted.label],
    ['algorithm', found.algorithm, wanted.algorithm],
    ['SHA-256 of the public key', found.spkiSha256, wanted.adoptSpkiSha256 ?? found.spkiSha256],
    ['extractable', found.extractable, wanted.extractable],
    ['wrap-with-trusted', found.wrapWithTrusted, wrapWithTrusted],
    ['sign', privateKey.booleans['sign'] ?? false, purpose === 'sign'],
    ['unwrap', privateKey.booleans['unwrap'] ?? false, purpose === 'unwrap'],
    ['quorum value for managing it', Math.max(1, privateKey.manageQuorum), manageQuorum],
    ['quorum value for using it', Math.max(1, privateKey.useQuorum), useQuorum],
    ['users', [...privateKey.sharedWith].sort().join(', '), [...shareWith].sort().join(', ')],
  ]
  return compared
    .filter(([, is, wants]) => is !== wants)
    .map(([name, is, wants]) => `${name} is \`${is}\`, wanted \`${wants}\``)
}
