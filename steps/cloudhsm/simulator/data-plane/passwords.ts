import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { HsmUser } from '../data-plane-state.ts'
import { CliError } from './cli-error.ts'

export interface PasswordHash {
  readonly passwordHash: string
  readonly salt: string
}

/** Cheap, as it protects nothing but this sandbox. */
export function hashOf(password: string, salt = randomBytes(16).toString('hex')): PasswordHash {
  const hash = scryptSync(password, Buffer.from(salt, 'hex'), 32, { N: 1024 })
  return { passwordHash: hash.toString('hex'), salt }
}

export function isPassword(user: Pick<HsmUser, 'passwordHash' | 'salt'>, password: string): boolean {
  if (user.passwordHash === '') return false
  return timingSafeEqual(
    Buffer.from(hashOf(password, user.salt).passwordHash, 'hex'),
    Buffer.from(user.passwordHash, 'hex'),
  )
}

/** @throws {CliError} unless it has 8 to 32 characters and no colon, which PKCS#11 has between user and password [D] */
export function requirePassword(password: string): void {
  if (password.length < 8 || password.length > 32 || password.includes(':'))
    throw new CliError('Password must be between 8 and 32 characters and must not contain a colon')
}

/**
 * Seals a token's PIN with its security officer's: an HSM needs nobody logged in to know its keys, and SoftHSM shows none without the
 * user's PIN. Who has the one can set the other.
 */
export function seal(pin: string, soPin: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(soPin), nonce)
  const sealed = Buffer.concat([cipher.update(pin, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('hex')
}

export function unseal(sealed: string, soPin: string): string {
  const bytes = Buffer.from(sealed, 'hex')
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(soPin), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}

function sealingKey(soPin: string): Buffer {
  return createHash('sha256').update(`pin ${soPin}`).digest()
}
