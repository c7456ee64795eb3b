import type { Report } from '../diagnostics/collector.ts'
import { entriesOf, itemsOf, member, stringOf, type Entry, type Node } from '../expressions/node.ts'
import { nodeValue } from '../expressions/node-value.ts'
import type { Schema } from '../expressions/schema.ts'
import type { Json } from '../step/json.ts'
import { checkNode, problemsOf } from './schema/check-node.ts'
import { inputSchema } from './grammar/step-grammar.ts'
import type { InputDeclaration } from './runbook.ts'

/** Reads the `inputs:` of a runbook, whose grammar was checked before. */
export function readInputs(node: Node | undefined, report: Report): ReadonlyMap<string, InputDeclaration> {
  return new Map(entriesOf(node).map(([name, entry]) => [name, readInput(entry, report)]))
}

/** Reads one declaration. */
export function readInput({ keySpan, value }: Entry, report: Report): InputDeclaration {
  const description = stringOf(member(value, 'description')) ?? ''
  const clean = problemsOf({ node: value, schema: inputSchema, path: '', key: keySpan, holes: undefined }).length === 0
  // A declaration with mistakes accepts anything, so that nothing follows from them.
  if (!clean) return { schema: {}, description, default: undefined, span: keySpan }
  refuseForeignKeywords(value, report)
  const keywords = entriesOf(value).filter(([keyword]) => keyword !== 'default')
  const schema: Schema = Object.fromEntries(keywords.map(([keyword, entry]) => [keyword, nodeValue(entry.value)]))
  const { enum: _, ...schemaOfOne } = schema
  for (const item of itemsOf(member(value, 'enum'))) checkNode(item, schemaOfOne, { report })
  const given = member(value, 'default')
  if (given !== undefined) checkNode(given, schema, { report })
  const byDefault: Json | undefined = given === undefined ? undefined : nodeValue(given)
  return { schema, description, default: byDefault, span: keySpan }
}

/** A `pattern` of an integer would never be looked at. */
function refuseForeignKeywords(value: Node, report: Report): void {
  const type = stringOf(member(value, 'type')) ?? ''
  for (const [keyword, { keySpan }] of entriesOf(value)) {
    const types = keywordTypes[keyword]
    if (types === undefined || types.includes(type)) continue
    report({
      code: 'meaningless-key',
      message: `\`${keyword}\` has no meaning for type \`${type}\``,
      hint: 'leave it out',
      span: keySpan,
    })
  }
  const wantsItems = type === 'array' && member(value, 'items') === undefined
  const keySpan = value.kind === 'map' ? value.entries.get('type')?.value.span : undefined
  if (wantsItems) {
    report({
      code: 'missing-key',
      message: 'key `items` is missing',
      hint: 'say what each item is: `items: { type: string }`',
      span: keySpan ?? value.span,
    })
  }
}

const keywordTypes: Readonly<Record<string, readonly string[]>> = {
  ...{ format: ['string'], pattern: ['string'], minLength: ['string'], maxLength: ['string'] },
  ...{ minimum: ['integer', 'number'], maximum: ['integer', 'number'] },
  ...{ items: ['array'], minItems: ['array'], maxItems: ['array'] },
}
