import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto'
import { CliError } from './cli-error.ts'

/** Encrypts for an RSA public key, RSAES-OAEP with one hash for label and mask. */
export function encryptOaep(spki: Uint8Array, hash: string, plain: Uint8Array): Buffer {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, plain)
}

/**
 * Takes the message out of an encoded one: what is left of RSAES-OAEP decryption once the private key's operation is done. SoftHSM
 * does the whole with SHA-1 only.
 *
 * @throws {CliError}
 * @see RFC 8017 section 7.1.2
 */
export function decodeOaep(encoded: Uint8Array, hash: string): Buffer {
  const size = createHash(hash).digest().length
  const maskedSeed = Buffer.from(encoded.subarray(1, 1 + size))
  const maskedBlock = Buffer.from(encoded.subarray(1 + size))
  const seed = xor(maskedSeed, mask(maskedBlock, size, hash))
  const data = xor(maskedBlock, mask(seed, maskedBlock.length, hash))
  const labelHash = createHash(hash).update('').digest()
  const one = data.indexOf(1, size)
  const right =
    encoded[0] === 0 &&
    data.subarray(0, size).equals(labelHash) &&
    one >= 0 &&
    data.subarray(size, one).every((byte) => byte === 0)
  if (!right) throw new CliError('Wrapped key data is invalid')
  return data.subarray(one + 1)
}

/** MGF1, RFC 8017 appendix B.2.1. */
function mask(seed: Buffer, length: number, hash: string): Buffer {
  const parts: Buffer[] = []
  for (let counter = 0; parts.reduce((sum, part) => sum + part.length, 0) < length; counter += 1) {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    parts.push(createHash(hash).update(seed).update(count).digest())
  }
  return Buffer.concat(parts).subarray(0, length)
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}
