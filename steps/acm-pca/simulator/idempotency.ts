import { createHash } from 'node:crypto'
import { ServiceError } from '../../aws/simulator/service.ts'
import type { PcaContext } from './context.ts'

/** An idempotency token as it is remembered. */
export interface Remembered {
  readonly token: string
  /** SHA-256 of the request. */
  readonly request: string
}

/** What to remember of a request; nothing when it has no token. */
export function rememberedOf(request: { readonly IdempotencyToken?: string }): { idempotency?: Remembered } {
  const { IdempotencyToken: token } = request
  if (token === undefined) return {}
  return { idempotency: { token, request: createHash('sha256').update(JSON.stringify(request)).digest('hex') } }
}

/**
 * Finds what an earlier request with the same token made.
 *
 * @param made candidates, with the time they were made at
 * @throws {ServiceError} `InvalidArgsException` when the token came with other parameters [?]
 */
export function findReplayed<T extends { readonly idempotency?: Remembered | undefined }>(
  request: { readonly IdempotencyToken?: string },
  made: readonly T[],
  madeAt: (each: T) => number,
  { clock, settings }: PcaContext,
): T | undefined {
  const { idempotency } = rememberedOf(request)
  if (idempotency === undefined) return undefined
  const found = made.find(
    (each) => each.idempotency?.token === idempotency.token && clock.now() < madeAt(each) + settings.idempotencyMs,
  )
  if (found !== undefined && found.idempotency?.request !== idempotency.request)
    throw new ServiceError('InvalidArgsException', 'The idempotency token was used with other parameters.')
  return found
}
