import { listClauses, listNames } from '../diagnostics/list-names.ts'
import type { Node } from '../expressions/node.ts'
import type { Schema, SchemaType } from '../expressions/schema.ts'
import { formats } from './schema/formats.ts'

/** What a schema wants, in words: `a string`, `` `refuse` or `adopt` ``. */
export function describeSchema(schema: Schema): string {
  const wants = schema['x-runbook-wants']
  if (wants !== undefined) return wants
  if (schema.const !== undefined) return `\`${written(schema.const)}\``
  if (schema.enum !== undefined) return listNames(schema.enum.map(written), 'or')
  const branches = schema.anyOf ?? schema.oneOf
  if (branches !== undefined) return listClauses([...new Set(branches.map(describeSchema))], 'or')
  const format = schema.format === undefined ? undefined : formats[schema.format]
  if (format !== undefined) return format.wants
  if (schema.type === undefined) return 'a value'
  const types: readonly SchemaType[] = typeof schema.type === 'string' ? [schema.type] : schema.type
  return listClauses(
    types.map((type) => typeWords[type]),
    'or',
  )
}

/** What a node is, in words: ``the integer `5` ``. */
export function describeNode(node: Node): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`
  const { value } = node
  if (value === null) return 'nothing'
  const kind = typeof value === 'number' ? (/^-?\d+$/.test(node.written) ? 'integer' : 'number') : typeof value
  const text = typeof value === 'number' ? node.written : String(value)
  return value === '' ? 'an empty string' : `the ${kind} \`${shortened(text)}\``
}

/** The type of JSON Schema that a node has; integers are numbers too. */
export function nodeType(node: Node): Exclude<SchemaType, 'integer'> {
  if (node.kind === 'list') return 'array'
  if (node.kind === 'map') return 'object'
  if (node.value === null) return 'null'
  // The typeof of these three is the name of their type.
  return typeof node.value as 'string' | 'number' | 'boolean'
}

/** The first line, at most 40 characters. */
function shortened(text: string): string {
  const [line = ''] = text.split('\n', 1)
  return line.length > 40 ? `${line.slice(0, 39)}…` : line === text ? line : `${line}…`
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const typeWords: Readonly<Record<SchemaType, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: '`true` or `false`',
  null: 'nothing',
  array: 'a list',
  object: 'a map',
}
