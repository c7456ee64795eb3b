import { randomBytes, randomInt } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** An id as the service gives them: `cluster-igklspoyj5v`. */
export function makeId(kind: 'cluster' | 'hsm' | 'backup'): string {
  return `${kind}-${Array.from({ length: 11 }, () => alphabet.charAt(randomInt(alphabet.length))).join('')}`
}

/** An id as EC2 gives them: `eni-0a1b2c3d4e5f60718`. */
export function makeEc2Id(kind: 'eni' | 'sg'): string {
  return `${kind}-0${randomBytes(8).toString('hex')}`
}

/** What an HSM calls itself: `5.3G1941-ICM000590`. */
export function makeHsmSerial(): string {
  return `5.3G${randomInt(1000, 10_000)}-ICM${String(randomInt(1_000_000)).padStart(6, '0')}`
}
