import { generateKeyPairSync } from 'node:crypto'

/** What the hardware and those who vouch for it sign with: quicker to make here than the RSA keys of the real ones. */
export const hardwareAlgorithm = 'ecdsa-sha384'

/** What a cluster's owner signs with, and a cluster its CSR. */
export const clusterAlgorithm = 'rsa-pkcs1-sha256'

/** A key pair: PKCS #8 PEM, and DER SubjectPublicKeyInfo. */
export interface MadeKey {
  readonly privateKeyPem: string
  readonly spki: Uint8Array
}

/** Makes a key of the hardware, P-384, or of a cluster, RSA of 2048 bits. */
export function makeKey(of: 'hardware' | 'cluster'): MadeKey {
  const { privateKey, publicKey } =
    of === 'hardware'
      ? generateKeyPairSync('ec', { namedCurve: 'P-384' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spki: publicKey.export({ type: 'spki', format: 'der' }),
  }
}
