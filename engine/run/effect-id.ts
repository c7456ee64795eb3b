import { createHash } from 'node:crypto'

/**
 * The id of a step's effect: the run's id, a dot, and ten characters (50 bits, so that 100,000 items differ) that
 * stand for the step. It fits a CKA_ID (at most 32 characters), a tag and an idempotency token (at most 36), and whoever finds it in the world can name the run.
 */
export function effectIdOf(runId: string, stepKey: string): string {
  const digest = createHash('sha256').update(stepKey).digest()
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789' // 32 characters, none mistaken for another
  return `${runId}.${Array.from(digest.subarray(0, 10), (byte) => alphabet[byte % 32]).join('')}`
}

/** The run that chose an effect id. */
export function runOf(effectId: string): string {
  return effectId.slice(0, effectId.lastIndexOf('.'))
}
