import type { Block, Entry, ForEach } from '../document/runbook.ts'
import { evaluate } from '../expressions/template.ts'
import { isKnown, type Scope } from '../expressions/value.ts'
import { StepError } from '../step/errors.ts'
import type { Json, JsonObject } from '../step/json.ts'
import type { Outcome } from './events.ts'
import type { Execution } from './execution.ts'
import { type ItemsListed, keys } from './records.ts'
import type { Surroundings } from './surroundings.ts'
import { Interrupted, NeedsPerson, StepFailed } from './run-stop.ts'
import { failureOf } from './step-failure.ts'
import { nameOf } from './step-name.ts'
import { addressOf, itemSuffix, stepScope } from './step-scope.ts'

/** How what a block holds is run: by whoever runs the block. */
export interface Walk {
  runEntries(execution: Execution, entries: readonly Entry[], scope: Scope, around: Surroundings): Promise<void>
  runEntry(execution: Execution, entry: Entry, scope: Scope, around: Surroundings): Promise<void>
}

/**
 * Runs a block from wherever the records of its entries are, then its `finally`. A failure that an entry around the block, or the
 * block itself, gives up on is an end of the block; one that pauses the run is not, and `finally` waits.
 */
export async function runBlock(
  execution: Execution,
  block: Block,
  scope: Scope,
  around: Surroundings,
  walk: Walk,
): Promise<{ readonly outputs: JsonObject; readonly how: Outcome }> {
  const suffix = block.address.slice(block.id.length)
  const inside: Surroundings = { suffix, givesUp: around.givesUp || block.onFailure !== 'stop' }
  execution.host.emit({ type: 'block-started', step: nameOf(block) })
  let failure: StepFailed | undefined
  try {
    await runInside(execution, block, scope, inside, walk)
  } catch (error) {
    if (!(error instanceof StepFailed) || !inside.givesUp) throw error
    failure = error
  }
  if (block.finally.length > 0) {
    const outcome = failure === undefined ? 'done' : 'failed'
    await walk.runEntries(execution, block.finally, { ...scope, run: { ...runOf(scope), outcome } }, inside)
  }
  if (failure !== undefined) throw failure
  return { outputs: {}, how: 'done' }
}

function runOf({ run }: Scope): NonNullable<Scope['run']> {
  if (run === undefined) throw new Error('a run has a scope with `run`')
  return run
}

function runInside(execution: Execution, block: Block, scope: Scope, inside: Surroundings, walk: Walk): Promise<void> {
  switch (block.kind) {
    case 'group':
      return walk.runEntries(execution, block.entries, scope, inside)
    case 'parallel':
      return runAll(
        execution,
        block.entries.map((entry) => (branch) => {
          const at = { ...entry, address: addressOf(entry, inside.suffix) }
          return walk.runEntry(branch, at, scope, inside)
        }),
        block.concurrency ?? block.entries.length,
      )
    case 'forEach':
      return runForEach(execution, block, scope, inside, walk)
  }
}

async function runForEach(
  execution: Execution,
  block: ForEach,
  scope: Scope,
  inside: Surroundings,
  walk: Walk,
): Promise<void> {
  const { items } = await listItems(execution, block, scope)
  const { number, title } = block
  const names = items.map(({ key }) => ({ id: `${block.id}${itemSuffix(inside.suffix, key)}`, number, title }))
  execution.host.emit({ type: 'items-known', step: nameOf(block), items: names })
  await runAll(
    execution,
    items.map(({ key, value }) => (branch) => {
      const steps = stepScope(scope.steps)
      const within = { ...scope, steps, locals: { ...scope.locals, [block.as]: value } }
      return walk.runEntries(branch, block.entries, within, { ...inside, suffix: itemSuffix(inside.suffix, key) })
    }),
    block.concurrency,
  )
}

/** The list is evaluated once and journaled: a resume works on the same items, whatever would be listed now. */
async function listItems(execution: Execution, block: ForEach, scope: Scope): Promise<ItemsListed> {
  const { host } = execution
  const earlier = host.recall(keys.items(block.address)) as ItemsListed | undefined // written below alone
  if (earlier !== undefined) return earlier
  try {
    const list = evaluate(block.in, scope)
    if (!Array.isArray(list) || !isKnown(list))
      throw new StepError('invalid', '`in` of a `forEach` gave no list', {
        hint: 'it wants a list, such as an input of type `array`',
      })
    const items = list.map((value: Json) => ({ key: keyOf(block, value, scope), value }))
    refuseTwice(items.map(({ key }) => key))
    await host.record(keys.items(block.address), { items })
    return { items }
  } catch (error) {
    throw failureOf(host, nameOf(block), error)
  }
}

function keyOf(block: ForEach, value: Json, scope: Scope): string {
  const key =
    block.key === undefined ? value : evaluate(block.key, { ...scope, locals: { ...scope.locals, [block.as]: value } })
  if (typeof key === 'string' && key !== '' && key.length <= 200) return key
  if (typeof key === 'number') return String(key)
  throw new StepError('invalid', `\`${JSON.stringify(key)}\` cannot be the key of an item`, {
    hint: 'a key is a text of 1 to 200 characters; say which with `key`',
  })
}

function refuseTwice(itemKeys: readonly string[]): void {
  const seen = new Set<string>()
  for (const key of itemKeys) {
    if (seen.has(key))
      throw new StepError('invalid', `two items have the key \`${key}\``, {
        hint: 'each item is done once, known by its key: remove one, or choose another `key`',
      })
    seen.add(key)
  }
}

/**
 * Branches at the same time. When one fails, the others stop at their next safe point; one that waits for a person lets the
 * others go on to their ends.
 */
async function runAll(
  execution: Execution,
  branches: readonly ((branch: Execution) => Promise<void>)[],
  concurrency: number,
): Promise<void> {
  const endings = await execution.host.all(
    branches.map((run) => (host) => run({ ...execution, host })),
    { concurrency, halts: (error) => !(error instanceof NeedsPerson) },
  )
  const errors: unknown[] = endings.flatMap((ending) =>
    ending.status === 'rejected' ? [ending.reason as unknown] : [],
  )
  if (errors.length === 0) return
  execution.host.safePoint() // the operator's stop is told before what it stopped
  const unforeseen = (error: unknown) =>
    !(error instanceof StepFailed || error instanceof NeedsPerson || error instanceof Interrupted)
  const first =
    errors.find(unforeseen) ??
    errors.find((error) => error instanceof StepFailed) ??
    errors.find((error) => error instanceof NeedsPerson) ??
    errors[0]
  throw first
}
