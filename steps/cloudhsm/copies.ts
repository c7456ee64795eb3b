import type { Absent, CheckAnswer, Partial, Pending } from '../../engine/step/check-answer.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { Json } from '../../engine/step/json.ts'
import { newestFirst, type KeyBackup } from './key-backup.ts'

/** A copy that fails is asked for again twice; then something is wrong that a third time does not mend. */
const mostCopies = 3

type Conflict = Extract<CheckAnswer<never>, { readonly state: 'conflict' }>

/**
 * What the copies that one effect asked for say.
 *
 * @param own every copy with the effect's id, failed ones (DELETED) among them
 * @param answer what `apply` gave, where it is known; without it a failed copy says nothing of a request that may be under way
 * @throws {StepError} `invalid` when every copy failed, and there were enough
 */
export function judgeOwnCopies(
  own: readonly KeyBackup[],
  answer: Json | undefined,
): Absent | Partial | Pending | Conflict | { readonly state: 'found'; readonly copy: KeyBackup } {
  const copy = livingCopy(own)
  if (copy?.state === 'READY') return { state: 'found', copy }
  if (copy !== undefined) return { state: 'pending', what: `copy \`${copy.id}\` is ${copy.state}` }
  const leaving = own.find(({ state }) => state === 'PENDING_DELETION')
  if (leaving !== undefined)
    return { state: 'conflict', differs: `copy \`${leaving.id}\` is PENDING_DELETION`, hint: 'restore it, then resume' }
  const before = copiesBefore(answer)
  if (before === undefined) return { state: 'absent' }
  if (own.length <= before) return { state: 'pending', what: 'the copy that was asked for is not listed yet' }
  const ids = own.map(({ id }) => `\`${id}\``).join(', ')
  if (own.length >= mostCopies)
    throw new StepError('invalid', `${own.length} copies ended as DELETED: ${ids}`, {
      hint: 'a copy that fails ends so: take another backup, or ask AWS, then start again with a new run',
      facts: { copies: own.length },
    })
  return { state: 'partial', what: `a copy that failed (DELETED): ${ids}`, next: `copy ${own.length + 1}` }
}

/** The copy that is there or comes: a READY one before others. */
export function livingCopy(copies: readonly KeyBackup[]): KeyBackup | undefined {
  const newest = newestFirst(copies)
  return newest.find(({ state }) => state === 'READY') ?? newest.find(({ state }) => state === 'CREATE_IN_PROGRESS')
}

/** How many copies the effect had when its last request was sent. */
function copiesBefore(answer: Json | undefined): number | undefined {
  if (typeof answer !== 'object' || answer === null || !('copiesBefore' in answer)) return undefined
  return typeof answer.copiesBefore === 'number' ? answer.copiesBefore : undefined
}
