import type { ForEach } from '../document/runbook.ts'
import { evaluate } from '../expressions/template.ts'
import { isKnown, type Scope } from '../expressions/value.ts'
import { StepError } from '../step/errors.ts'
import type { Json } from '../step/json.ts'
import type { Execution } from './execution.ts'
import { type ItemsListed, keys } from './records.ts'
import { failureOf } from './step-failure.ts'
import { nameOf } from './step-name.ts'

/** The list is evaluated once and journaled: a resume works on the same items, whatever would be listed now. */
export async function listItems(execution: Execution, block: ForEach, scope: Scope): Promise<ItemsListed> {
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
  if (typeof key === 'string' && key !== '' && key.length <= 200 && isUnicode(key)) return key
  if (typeof key === 'number') return String(key)
  throw new StepError('invalid', `\`${JSON.stringify(key)}\` cannot be the key of an item`, {
    hint: 'a key is a text of 1 to 200 characters; say which with `key`',
  })
}

/** What holds half a surrogate pair cannot be encoded. */
function isUnicode(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text
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
