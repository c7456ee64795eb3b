import type { Step } from '../document/runbook.ts'
import type { Json } from '../step/json.ts'
import type { Execution } from './execution.ts'
import type { RunHost } from './host.ts'
import { type AttemptFailed, keys, type StepStarted } from './records.ts'

/**
 * What is known of this step's effect.
 *
 * - `untouched`: nothing was sent, ever
 * - `doubtful`: something may have been sent, by an earlier process or with a lost answer; `since` is when its sender was
 *   known to be dead or done, on the run's clock
 * - `answered`: it was sent and the answer came, to this process or to an earlier one whose journal holds it, and no person said since
 *   that it was not done
 */
export type Standing =
  | { readonly state: 'untouched' }
  | { readonly state: 'doubtful'; readonly since: number }
  | { readonly state: 'answered'; readonly since: number }

/**
 * What the journal tells. An answer in it proves that it was done, whichever process had it; a stop in the pause behind a try that
 * surely did nothing leaves nothing in doubt.
 */
export function standingAtFirst({ host }: Execution, step: Step, started: StepStarted | undefined): Standing {
  if (started === undefined) return { state: 'untouched' }
  if (lastAnswer(host, step.address) !== undefined) return { state: 'answered', since: host.now() }
  return isUntouched(host, step.address) ? { state: 'untouched' } : { state: 'doubtful', since: host.now() }
}

/** The last answer that still says something: a person's `not done` takes back what those before it said. */
export function lastAnswer(host: Pick<RunHost, 'recall'>, address: string): Json | undefined {
  const answers = countAnswers(host, address)
  if (answers === 0) return undefined
  for (let n = 0; ; n += 1) {
    const failed = host.recall(keys.failed(address, n)) as AttemptFailed | undefined // written by the kernel alone
    if (failed === undefined) return host.recall(keys.answered(address, answers - 1))
    if (failed.facts['answersTakenBack'] === answers) return undefined
  }
}

/** How many answers of a step were journaled, and the number of the next. */
export function countAnswers(host: Pick<RunHost, 'recall'>, address: string): number {
  return count((n) => (host.recall(keys.answered(address, n)) === undefined ? undefined : true))
}

/** Whether it is sure that nothing of a step that was started was ever done. */
export function isUntouched(host: Pick<RunHost, 'recall'>, address: string): boolean {
  if (lastAnswer(host, address) !== undefined) return false
  const surelyNothing = count((n) => (host.recall(keys.failed(address, n)) as AttemptFailed | undefined)?.untouched)
  return surelyNothing > countAgain(host, address)
}

/** From here on the next try may have happened, whatever becomes of this process. */
export async function recordAgain({ host }: Execution, step: Step): Promise<void> {
  await host.record(keys.again(step.address, countAgain(host, step.address)), host.now())
}

/** When the first request that may have arrived was sent; milliseconds since the epoch on the run's clock. */
export function firstPossibleAt(host: RunHost, step: Step, started: StepStarted): number {
  const again = host.recall(keys.again(step.address, countAgain(host, step.address) - 1))
  return typeof again === 'number' ? again : started.startedAt
}

/** How often a step was sent again behind a try that surely did nothing. */
export function countAgain(host: Pick<RunHost, 'recall'>, address: string): number {
  return count((n) => (host.recall(keys.again(address, n)) === undefined ? undefined : true))
}

/** How many of the numbered things are true; the first that is undefined is behind the last. */
function count(nth: (n: number) => boolean | undefined): number {
  let total = 0
  for (let n = 0; ; n += 1) {
    const each = nth(n)
    if (each === undefined) return total
    if (each) total += 1
  }
}
