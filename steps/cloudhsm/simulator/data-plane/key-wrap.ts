import { createCipheriv, createDecipheriv } from 'node:crypto'
import { CliError } from './cli-error.ts'

/** First half of the alternative initial value. @see RFC 5649 section 3 */
const initial = Buffer.from('a65959a6', 'hex')

/** AES key wrap with padding (AES-KWP), RFC 5649. Not every runtime's OpenSSL has it. */
export function wrapPadded(key: Uint8Array, plain: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(plain.length)
  const head = Buffer.concat([initial, length])
  const padded = Buffer.concat([plain, Buffer.alloc((8 - (plain.length % 8)) % 8)])
  if (padded.length === 8) return block(key, Buffer.concat([head, padded]), 'encrypt')
  const blocks = split(padded)
  let a: Buffer = head
  for (let round = 0; round < 6; round += 1) {
    for (const [index, each] of blocks.entries()) {
      const out = block(key, Buffer.concat([a, each]), 'encrypt')
      a = xorCount(out.subarray(0, 8), blocks.length * round + index + 1)
      blocks[index] = out.subarray(8)
    }
  }
  return Buffer.concat([a, ...blocks])
}

/** @throws {CliError} when it was not wrapped with the key */
export function unwrapPadded(key: Uint8Array, wrapped: Uint8Array): Buffer {
  if (wrapped.length < 16 || wrapped.length % 8 !== 0) throw new CliError('Wrapped key data is invalid')
  const { head, padded } = wrapped.length === 16 ? one(key, wrapped) : many(key, wrapped)
  const length = head.readUInt32BE(4)
  const padding = padded.length - length
  if (
    !head.subarray(0, 4).equals(initial) ||
    padding < 0 ||
    padding > 7 ||
    padded.subarray(length).some((byte) => byte !== 0)
  )
    throw new CliError('Wrapped key data is invalid')
  return padded.subarray(0, length)
}

interface Unwrapped {
  readonly head: Buffer
  readonly padded: Buffer
}

function one(key: Uint8Array, wrapped: Uint8Array): Unwrapped {
  const out = block(key, Buffer.from(wrapped), 'decrypt')
  return { head: out.subarray(0, 8), padded: out.subarray(8) }
}

function many(key: Uint8Array, wrapped: Uint8Array): Unwrapped {
  const [first = Buffer.alloc(8), ...blocks] = split(Buffer.from(wrapped))
  let a = first
  for (let round = 5; round >= 0; round -= 1) {
    for (let index = blocks.length - 1; index >= 0; index -= 1) {
      const counted = xorCount(a, blocks.length * round + index + 1)
      const out = block(key, Buffer.concat([counted, blocks[index] ?? Buffer.alloc(8)]), 'decrypt')
      a = out.subarray(0, 8)
      blocks[index] = out.subarray(8)
    }
  }
  return { head: a, padded: Buffer.concat(blocks) }
}

function block(key: Uint8Array, input: Buffer, direction: 'encrypt' | 'decrypt'): Buffer {
  const name = `aes-${key.length * 8}-ecb`
  const cipher = direction === 'encrypt' ? createCipheriv(name, key, null) : createDecipheriv(name, key, null)
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(input), cipher.final()])
}

function split(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length / 8 }, (_, index) => Buffer.from(bytes.subarray(index * 8, index * 8 + 8)))
}

function xorCount(bytes: Buffer, count: number): Buffer {
  const out = Buffer.from(bytes)
  out.writeBigUInt64BE(out.readBigUInt64BE() ^ BigInt(count))
  return out
}
