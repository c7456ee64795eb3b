import { createHash } from 'node:crypto'
import { StepError } from '../../engine/step/errors.ts'

/** One PEM block and nothing around it. */
const onePem = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]+?)-----END \1-----\s*$/

/**
 * The bytes to publish.
 *
 * @param as `der`: the content is one PEM block, published as its DER; `text`: published as it is, in UTF-8
 * @throws {StepError} `invalid`
 */
export function publishedBytes(content: string, as: 'der' | 'text'): Uint8Array {
  if (as === 'text') return Buffer.from(content, 'utf8')
  const base64 = onePem.exec(content)?.[2]
  if (base64 === undefined)
    throw new StepError('invalid', '`content` is not exactly one PEM block, which `as: der` needs')
  return Buffer.from(base64, 'base64')
}

/** DER as one PEM block (RFC 7468). */
export function pemOf(bytes: Uint8Array, label: string): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
