import { StepError } from '../../engine/step/errors.ts'
import type { Asking } from './client.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

interface CutOff {
  readonly items: readonly unknown[]
  readonly next: string
  /** When its first page was asked for, and when it was cut off. */
  readonly begunAt: number
  readonly at: number
}

/** Longer than the longest pause between two tries of the engine; after it the list is read from the beginning. */
const goOnWithinMs = 2 * 60_000

/** A list whose first page is older says too little of what there is. */
const wholeListMs = 15 * 60_000

/** Lists whose reading was cut off by what the engine tries again, for each target. */
const cutOff = new WeakMap<object, Map<string, CutOff>>()

/**
 * Reads all pages of a list.
 *
 * When the service throttles or fails in the middle, the look fails as a whole, and the next one goes on behind the last page that came.
 * Under a throttling storm a look that began at the first page each time would never reach the eleventh.
 *
 * @param list which list, with everything that decides what is in it
 * @throws {StepError} `transient` when the pages go round in a circle, or a token is no longer known: the next look begins anew
 */
export async function allPages<T>(
  context: Asking,
  list: string,
  read: (token: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const begun = takeUp(context, list)
  const begunAt = begun?.begunAt ?? context.now()
  // only this function stores them, under the same name
  const items = [...(begun?.items ?? [])] as T[]
  let token = begun?.next
  const seen = new Set([token])
  for (let isFirst = true; isFirst || token !== undefined; isFirst = false) {
    const page = await read(token).catch((error: unknown) => {
      leave(context, list, error, { items, next: token, begunAt })
      throw isFirst && begun !== undefined ? beginAnew(list, error) : error
    })
    if (page.next !== undefined && seen.has(page.next))
      throw new StepError('transient', `the pages of \`${list}\` go round in a circle`)
    items.push(...page.items)
    token = page.next
    if (token !== undefined) seen.add(token)
  }
  return items
}

/** A token that outlived its list is no mistake of the request. */
function beginAnew(list: string, error: unknown): unknown {
  if (!StepError.is(error) || error.code !== 'invalid') return error
  return new StepError('transient', `reading \`${list}\` begins anew: ${error.message}`, { cause: error })
}

function takeUp({ target, now }: Asking, list: string): CutOff | undefined {
  const lists = cutOff.get(target)
  const found = lists?.get(list)
  lists?.delete(list)
  if (found === undefined || now() - found.at > goOnWithinMs || now() - found.begunAt > wholeListMs) return undefined
  return found
}

/** Remembers how far it came, where trying again can help. */
function leave(
  { target, now }: Asking,
  list: string,
  error: unknown,
  { next, ...read }: Omit<CutOff, 'at' | 'next'> & { readonly next: string | undefined },
): void {
  if (next === undefined || !StepError.is(error) || (error.code !== 'throttled' && error.code !== 'transient')) return
  const lists = cutOff.get(target) ?? new Map<string, CutOff>()
  cutOff.set(target, lists.set(list, { ...read, next, at: now() }))
}
