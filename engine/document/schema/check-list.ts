import { count } from '../../diagnostics/list-names.ts'
import type { ListNode } from '../../expressions/node.ts'
import { nodeValue } from '../../expressions/node-value.ts'
import { firstKeyOf, type Place, type ValueProblem } from './place.ts'

/** `items`, `minItems`, `maxItems`, `uniqueItems`. */
export function problemsOfList(
  place: Place,
  list: ListNode,
  problemsOf: (place: Place) => readonly ValueProblem[],
): readonly ValueProblem[] {
  const { schema, path } = place
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema
  const length = list.items.length
  const wrong = (code: string, message: string, span = list.span): ValueProblem => ({ code, message, span, path })
  const problems: ValueProblem[] = []
  if (length < minItems)
    problems.push(wrong('out-of-range', `wanted at least ${count(minItems, 'item')}, found ${length}`))
  if (length > maxItems)
    problems.push(wrong('out-of-range', `wanted at most ${count(maxItems, 'item')}, found ${length}`))
  if (schema.uniqueItems === true) {
    const seen = new Set<string>()
    for (const item of list.items) {
      const text = JSON.stringify(nodeValue(item))
      if (seen.has(text)) problems.push(wrong('duplicate-item', 'item is there already', item.span))
      seen.add(text)
    }
  }
  if (items === undefined) return problems
  const inside = list.items.flatMap((node, index) =>
    problemsOf({ ...place, node, schema: items, path: `${path}[${index}]`, key: firstKeyOf(node) }),
  )
  return [...problems, ...inside]
}
