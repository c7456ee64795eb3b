import type { Block, Entry, ForEach } from '../document/runbook.ts'
import type { Scope } from '../expressions/value.ts'
import { StepError } from '../step/errors.ts'
import type { Json, JsonObject } from '../step/json.ts'
import { failuresIn } from './counts.ts'
import type { Outcome } from './events.ts'
import type { Execution } from './execution.ts'
import { listItems } from './list-items.ts'
import { type BlockFailed, keys } from './records.ts'
import type { Surroundings } from './surroundings.ts'
import { Interrupted, NeedsPerson, NotBegun, StepFailed, UndoWanted, UntilReached } from './run-stop.ts'
import { gaveUpWith, storedFailure } from './step-failure.ts'
import { nameOf } from './step-name.ts'
import { itemSuffix, placeOutputs, stepScope, type StepScope } from './step-scope.ts'

/** Runs entries one after the other: by whoever runs the block. */
type RunEntries = (execution: Execution, entries: readonly Entry[], scope: Scope, around: Surroundings) => Promise<void>

/**
 * Runs a block from wherever the records of its entries are, then its `finally`. A failure that a block with `onFailure: continue`, this
 * one or one around, goes past is an end of it; one that pauses the run or takes it back is not, and `finally` waits.
 */
export async function runBlock(
  execution: Execution,
  block: Block,
  scope: Scope,
  around: Surroundings,
  run: RunEntries,
): Promise<{ readonly outputs: JsonObject; readonly how: Outcome }> {
  const { host } = execution
  const suffix = block.address.slice(block.id.length)
  const inside = insideOf(block, { ...around, suffix })
  host.emit({ type: 'block-started', step: nameOf(block) })
  const failure = await runToEnd(execution, block, scope, inside, run)
  if (block.finally.length > 0) {
    const steps = scope.steps as StepScope // made by `stepScope`
    if (block.kind !== 'forEach') for (const entry of block.entries) placeOutputs(host, steps, entry, suffix)
    const isClean = failure === undefined && failuresIn(host, [{ ...block, finally: [] }], suffix).length === 0
    const outcome = isClean ? 'done' : 'failed'
    const ending = { ...inside, begunOnly: false }
    await runFinally(execution, block.finally, { ...scope, run: { ...runOf(scope), outcome } }, ending, run)
  }
  if (failure?.code === 'cancelled') throw new NotBegun()
  if (failure !== undefined) throw storedFailure(failure.step, failure)
  return { outputs: {}, how: 'done' }
}

/**
 * Tries every entry of a `finally`, where a failure in it pauses nothing.
 *
 * @throws {StepFailed} the first of those failures, at the end; what pauses the run, at once
 */
export async function runFinally(
  execution: Execution,
  entries: readonly Entry[],
  scope: Scope,
  around: Surroundings,
  run: RunEntries,
): Promise<void> {
  let first: StepFailed | undefined
  for (const entry of entries) {
    try {
      await run(execution, [entry], scope, around)
    } catch (error) {
      if (!(error instanceof StepFailed) || error.inDoubt || !around.givesUp) throw error
      first ??= error
    }
  }
  if (first !== undefined) throw first
}

/** What is inside of a block. */
export function insideOf(block: Block, { suffix, begunOnly, givesUp }: Surroundings): Surroundings {
  return { suffix, begunOnly, givesUp: block.onFailure === 'stop' ? givesUp : block.onFailure === 'continue' }
}

/**
 * Runs what a block holds to its end. That it failed for good is journaled before anything acts on it; what was begun at the same
 * time, and stopped, then comes to its end as well.
 *
 * @returns the failure that ended it
 */
async function runToEnd(
  execution: Execution,
  block: Block,
  scope: Scope,
  inside: Surroundings,
  run: RunEntries,
): Promise<BlockFailed | undefined> {
  const { host } = execution
  const key = keys.blockFailed(block.address)
  let failed = host.recall(key) as BlockFailed | undefined // written below alone
  if (failed === undefined) {
    try {
      await runInside(execution, block, scope, inside, run)
      return undefined
    } catch (error) {
      const isEnd = error instanceof StepFailed && !error.inDoubt && inside.givesUp
      if (!isEnd && !(error instanceof NotBegun)) throw error
      const failure = error instanceof NotBegun ? stopped(block) : error
      const { id, number, title } = failure.step
      failed = { ...gaveUpWith(failure), step: { id, number, title } }
      await host.record(key, { ...failed })
    }
  }
  try {
    await runInside(execution, block, scope, { ...inside, begunOnly: true }, run)
  } catch (error) {
    const isEnd = error instanceof NotBegun || (error instanceof StepFailed && !error.inDoubt)
    if (!isEnd) throw error
  }
  return failed
}

function stopped(block: Block): StepFailed {
  const error = new StepError('cancelled', 'stopped, because something at the same time failed')
  return new StepFailed(nameOf(block), error)
}

function runOf({ run }: Scope): NonNullable<Scope['run']> {
  if (run === undefined) throw new Error('a run has a scope with `run`')
  return run
}

function runInside(
  execution: Execution,
  block: Block,
  scope: Scope,
  inside: Surroundings,
  run: RunEntries,
): Promise<void> {
  switch (block.kind) {
    case 'group':
      return run(execution, block.entries, scope, inside)
    case 'parallel':
      return runAll(
        execution,
        block.entries.map((entry) => (branch) => run(branch, [entry], scope, inside)),
        { ...inside, concurrency: block.concurrency ?? block.entries.length, inOrder: false },
      )
    case 'forEach':
      return runForEach(execution, block, scope, inside, run)
  }
}

async function runForEach(
  execution: Execution,
  block: ForEach,
  scope: Scope,
  inside: Surroundings,
  run: RunEntries,
): Promise<void> {
  const { items } = await listItems(execution, block, scope)
  const { number, title } = block
  const names = items.map(({ key }) => ({ id: `${block.id}${itemSuffix(inside.suffix, key)}`, number, title }))
  execution.host.emit({ type: 'items-known', step: nameOf(block), items: names })
  await runAll(
    execution,
    items.map(({ key, value }) => (branch) => {
      const within = { ...inside, suffix: itemSuffix(inside.suffix, key) }
      return run(branch, block.entries, itemScope(scope, block, value), within)
    }),
    { ...inside, concurrency: block.concurrency, inOrder: block.concurrency === 1 },
  )
}

/** What the entries of one item see. */
export function itemScope(scope: Scope, block: ForEach, value: Json): Scope {
  return { ...scope, steps: stepScope(scope.steps), locals: { ...scope.locals, [block.as]: value } }
}

/**
 * Branches at the same time. When one fails, the others stop at their next safe point; one that waits for a person lets the
 * others go on to their ends, and so does one that only ends what was begun. Branches in order are not begun before those that they
 * stand behind have ended: they may rely on them.
 */
async function runAll(
  execution: Execution,
  branches: readonly ((branch: Execution) => Promise<void>)[],
  { begunOnly, concurrency, inOrder }: Surroundings & { readonly concurrency: number; readonly inOrder: boolean },
): Promise<void> {
  const { host } = execution
  const endings = await host.all(
    branches.map((run) => (branch) => run({ ...execution, host: branch })),
    { concurrency, halts: (error) => !begunOnly && (inOrder || !(error instanceof NeedsPerson)) },
  )
  const errors: unknown[] = endings.flatMap((ending) =>
    ending.status === 'rejected' ? [ending.reason as unknown] : [],
  )
  if (errors.length === 0) return
  host.safePoint() // the operator's stop is told before what it stopped
  // a failure that is gone past must not hide, in what was begun beside it, that a person is needed
  const gravity: ((error: unknown) => boolean)[] = [
    (error) => !known.some((kind) => error instanceof kind),
    (error) => error instanceof StepFailed && error.inDoubt,
    (error) => error instanceof UndoWanted,
    (error) => begunOnly && error instanceof NeedsPerson,
    (error) => error instanceof StepFailed,
    (error) => error instanceof NeedsPerson,
    (error) => error instanceof UntilReached,
    () => true, // what one of the others stopped,
  ]
  const [first] = gravity.flatMap((isFirst) => errors.filter(isFirst))
  throw first
}

const known = [StepFailed, NeedsPerson, UndoWanted, UntilReached, Interrupted, NotBegun]
