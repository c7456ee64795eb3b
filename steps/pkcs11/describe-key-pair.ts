import { spkiSha256 } from '../x509/model/digest.ts'
import { encodePem } from '../x509/model/pem.ts'
import type { KeyAlgorithm } from './token/public-key.ts'
import type { Pkcs11Token } from './token/token.ts'

/** A complete key pair with its public key, as steps output it. */
export interface DescribedKeyPair {
  readonly keyId: string
  readonly label: string
  readonly algorithm: KeyAlgorithm
  readonly publicKeyPem: string
  readonly spkiSha256: string
  readonly attributes: { readonly private: Record<string, boolean>; readonly public: Record<string, boolean> }
}

/** Reads a complete key pair. @throws {StepError} `not-found`, `conflict` */
export async function describeKeyPair(
  token: Pkcs11Token,
  keyId: string,
  signal: AbortSignal,
): Promise<DescribedKeyPair> {
  const record = await token.readAttributes(keyId, signal)
  const spki = await token.publicKeySpki(keyId, signal)
  return {
    keyId,
    label: record.label,
    algorithm: record.algorithm,
    publicKeyPem: encodePem('PUBLIC KEY', spki),
    spkiSha256: spkiSha256(spki),
    attributes: { private: { ...record.private }, public: { ...record.public } },
  }
}
