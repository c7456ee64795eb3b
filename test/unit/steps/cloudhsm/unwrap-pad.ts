import { execFileSync } from 'node:child_process'

/** Unwraps what AES Key Wrap with Padding (RFC 5649) wrapped: OpenSSL's, in Node, since Bun's library does not have that cipher. */
export function unwrapPad(aes: Buffer, wrapped: Buffer): Buffer {
  const program = `
    const [aes, wrapped] = process.argv.slice(1).map((text) => Buffer.from(text, 'hex'))
    const unwrap = require('node:crypto').createDecipheriv('id-aes256-wrap-pad', aes, Buffer.from('a65959a6', 'hex'))
    process.stdout.write(Buffer.concat([unwrap.update(wrapped), unwrap.final()]))`
  return execFileSync('node', ['-e', program, aes.toString('hex'), wrapped.toString('hex')])
}
