import type { Static, TObject } from 'typebox'
import type { Entry, Manual, Step } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'
import { isKnown, type Scope } from '../expressions/value.ts'
import type { CheckAnswer } from '../step/check-answer.ts'
import { StepError } from '../step/errors.ts'
import type { JsonObject } from '../step/json.ts'
import { aheadOf } from './evaluate-ahead.ts'
import type { Execution } from './execution.ts'
import { existingOf } from './existing-of.ts'
import { callDeadline, checkContext, nothingStarted } from './look.ts'
import { openAhead } from './open-targets.ts'
import { type ItemsListed, keys, type WhenJudged } from './records.ts'
import { NeedsPerson } from './run-stop.ts'
import { addressOf, itemSuffix } from './step-scope.ts'

/**
 * Looks, right before a point of no return, whether everything behind it can still be done: the targets of all steps ahead are what
 * they were, as far as they are there yet, and what they would surely make is not in the way of something else.
 *
 * @throws {NeedsPerson} `conflict`
 */
export async function checkAhead(execution: Execution, here: Step | Manual, scope: Scope): Promise<void> {
  const { runbook, targets } = execution
  const ahead = aheadOf(runbook, here, scope)
  const verified = new Set<string>()
  const look = async (entries: readonly Entry[], suffix: string, sure: boolean): Promise<void> => {
    for (const entry of entries) {
      const address = addressOf(entry, suffix)
      const judged = isOver(execution, address) ? false : willBeDone(execution, entry, address, ahead)
      if (judged === false) continue
      const isSure = sure && judged === true
      if (isBlock(entry)) {
        for (const [within, known] of insidesOf(execution, entry, address, suffix))
          await look(entry.entries, within, isSure && known)
        await look(entry.finally, suffix, isSure)
      } else if (entry.kind === 'step') {
        const step = { ...entry, address }
        const isThere = await openAhead(execution, step)
        for (const claim of targets.claims(step)) {
          if (verified.has(claim)) continue
          await targets.verify(step)
          verified.add(claim)
        }
        const inputs = ahead(entry, entry.with)
        if (isThere && isSure && address !== here.address && isKnown(inputs))
          await refuseObstacle(execution, here, step, inputs)
      }
    }
  }
  await look([...runbook.steps, ...runbook.finally], '', true)
}

/** Nothing of it is ahead. */
function isOver({ host }: Execution, address: string): boolean {
  return host.recall(keys.succeeded(address)) !== undefined || host.recall(keys.gaveUp(address)) !== undefined
}

/** `undefined`: that is not known yet. */
function willBeDone(
  { host }: Execution,
  entry: Entry,
  address: string,
  ahead: ReturnType<typeof aheadOf>,
): boolean | undefined {
  const judged = host.recall(keys.when(address)) as WhenJudged | undefined // written by `runEntry` alone
  if (judged !== undefined) return judged.holds
  if (entry.when === undefined) return true
  const value = ahead(entry, entry.when)
  return typeof value === 'boolean' ? value : undefined
}

/** The suffixes of what a block holds: of a `forEach` those of its items, or what stands for them while they are not listed. */
function insidesOf(
  { host }: Execution,
  entry: Entry,
  address: string,
  suffix: string,
): readonly (readonly [string, boolean])[] {
  if (entry.kind !== 'forEach') return [[suffix, true]]
  const listed = host.recall(keys.items(address)) as ItemsListed | undefined // written by `runForEach` alone
  return listed?.items.map(({ key }) => [itemSuffix(suffix, key), true] as const) ?? [[`${suffix}[…]`, false]]
}

async function refuseObstacle(
  execution: Execution,
  here: Step | Manual,
  step: Step,
  inputs: JsonObject[string],
): Promise<void> {
  const { type } = step
  if (
    type.effect === 'read' ||
    step.wait !== undefined ||
    execution.host.recall(keys.started(step.address)) !== undefined
  )
    return
  const answer = await execution.host
    .effect(
      `step/${step.address}/check`,
      callDeadline(execution, step),
      // `with` is a mapping, which the grammar wants
      async (signal) =>
        (await type.check(
          inputs as Static<TObject>,
          checkContext(execution, step, nothingStarted, signal),
        )) as CheckAnswer<JsonObject>,
    )
    .catch((error: unknown) => {
      // what it works on may be made by a step before it
      if (StepError.is(error) && error.code === 'not-found') return { state: 'absent' } as const
      throw error
    })
  const obstacle =
    answer.state === 'conflict'
      ? answer.differs
      : answer.state === 'satisfied' && existingOf(step) === 'refuse'
        ? 'it is there already'
        : undefined
  if (obstacle === undefined) return
  throw new NeedsPerson(
    'conflict',
    `step ${step.number} ${step.address}, behind this point of no return, could not be done: ${obstacle}`,
    {
      hint: `nothing was done at ${here.number} ${here.address}: remove the obstacle, then go on`,
    },
  )
}
