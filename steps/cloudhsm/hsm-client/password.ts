import { randomInt } from 'node:crypto'
import { StepError } from '../../../engine/step/errors.ts'

/** Without those that are taken for each other, and without what a shell, a URI or `USER:PASSWORD` would split at. */
const characters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

/** A password for a user of a cluster: 24 characters of 57, 139 bits. CloudHSM takes 8 to 32. */
export function makePassword(): string {
  return Array.from({ length: 24 }, () => characters[randomInt(characters.length)]).join('')
}

/**
 * Refuses a place where nothing can be stored, before anything is done.
 *
 * @throws {StepError} `invalid`
 */
export function requireWritable(reference: string, whose: string): void {
  if (reference !== 'prompt' && !reference.startsWith('env:')) return
  throw new StepError(
    'invalid',
    `the password of \`${whose}\` is made here, and nothing can be stored at \`${reference}\``,
    {
      hint: 'use `file:PATH`, or a secret source such as `secretsmanager:BINDING/NAME`',
    },
  )
}

/** @throws {StepError} `cancelled` */
export function stopIfAborted(signal: AbortSignal, before: string): void {
  if (signal.aborted) throw new StepError('cancelled', `stopped on request before ${before}`)
}
