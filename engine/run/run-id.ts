import { randomBytes } from 'node:crypto'

/** `20261122-135012-k7m2q`: when it began, in UTC, and enough chance that two never meet. Sorts by time; safe in file names. */
export function newRunId(now: Date): string {
  const [day = '', time = ''] = now.toISOString().replaceAll(/[-:]/g, '').split(/[T.]/)
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789' // 32 characters, none mistaken for another
  return `${day}-${time}-${Array.from(randomBytes(5), (byte) => alphabet[byte % 32]).join('')}`
}
