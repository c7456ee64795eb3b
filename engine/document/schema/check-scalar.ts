import { suggest } from '../../diagnostics/suggest.ts'
import type { Node, ScalarNode } from '../../expressions/node.ts'
import { nodeValue } from '../../expressions/node-value.ts'
import type { Schema } from '../../expressions/schema.ts'
import type { Place, ValueProblem } from './place.ts'
import { describeNode, describeSchema, nodeType } from '../describe.ts'
import { formats } from './formats.ts'

/** `type`, `const`, `enum`. */
export function problemsOfType({ node, schema, path, holes }: Place): readonly ValueProblem[] {
  const secret = isSecret(schema)
  const wrong = (code: string, hint: { hint?: string }): readonly ValueProblem[] => {
    const found = secret ? 'a value' : describeNode(node)
    const message = `wanted ${describeSchema(schema)}, found ${found}`
    return [{ code, message, ...hint, span: node.span, path, ...(secret ? { masked: true } : {}) }]
  }
  if (
    holes === undefined &&
    node.kind === 'scalar' &&
    typeof node.value === 'string' &&
    /(?<!\$)\$\{\{/.test(node.value)
  ) {
    return [{ code: 'unexpected-expression', message: 'an expression cannot stand here', span: node.span, path }]
  }
  if (schema.type !== undefined && !typesOf(schema).some((type) => hasType(node, type))) {
    return wrong('wrong-type', secret ? { hint: secretHint } : typeHint(node, schema))
  }
  const values = schema.const === undefined ? schema.enum : [schema.const]
  const value = JSON.stringify(nodeValue(node))
  if (values === undefined || values.some((wanted) => JSON.stringify(wanted) === value)) return []
  const names = values.filter((wanted) => typeof wanted === 'string')
  const near =
    node.kind === 'scalar' && typeof node.value === 'string' && names.length > 1 ? suggest(node.value, names) : {}
  return wrong('wrong-value', near.hint?.startsWith('did') === true ? near : {})
}

/** Form and range of a string or number. */
export function problemsOfScalar({ schema, path }: Place, node: ScalarNode): readonly ValueProblem[] {
  const { value, span, written } = node
  const wrong = (code: string, message: string): readonly ValueProblem[] => [
    { code, message, span, path, ...(isSecret(schema) ? { hint: secretHint, masked: true } : {}) },
  ]
  if (typeof value === 'number') {
    const limit = wrongRange(value, schema)
    return limit === undefined ? [] : wrong('out-of-range', `wanted ${limit}, found \`${written}\``)
  }
  if (typeof value !== 'string') return []
  const length = [...value].length
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema
  if (value === '' && minLength > 0)
    return wrong('wrong-form', `wanted ${describeSchema(schema)}, found an empty string`)
  if (length < minLength) return wrong('out-of-range', `wanted at least ${minLength} characters, found ${length}`)
  if (length > maxLength) return wrong('out-of-range', `wanted at most ${maxLength} characters, found ${length}`)
  const wellFormed =
    (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value)) &&
    (schema.format === undefined || formatNamed(schema.format).test(value))
  if (wellFormed) return []
  const wants =
    schema['x-runbook-wants'] ??
    (schema.pattern === undefined ? describeSchema(schema) : `text of the form \`${schema.pattern}\``)
  return wrong(
    'wrong-form',
    isSecret(schema) ? `wanted ${wants}, found a value` : `wanted ${wants}, found ${describeNode(node)}`,
  )
}

function formatNamed(name: string) {
  const format = formats[name]
  if (format === undefined) throw new Error(`schema format \`${name}\` is not supported`)
  return format
}

function wrongRange(value: number, schema: Schema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  if (minimum !== undefined && value < minimum) return `at least ${minimum}`
  if (maximum !== undefined && value > maximum) return `at most ${maximum}`
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `more than ${exclusiveMinimum}`
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `less than ${exclusiveMaximum}`
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) return `a multiple of ${multipleOf}`
  return undefined
}

function typesOf({ type }: Schema): readonly string[] {
  return typeof type === 'string' ? [type] : (type ?? [])
}

function hasType(node: Node, type: string): boolean {
  if (type !== 'integer') return nodeType(node) === type
  return node.kind === 'scalar' && typeof node.value === 'number' && Number.isInteger(node.value)
}

function typeHint(node: Node, schema: Schema): { hint?: string } {
  if (node.kind !== 'scalar' || node.value === null) return {}
  const wanted = typesOf(schema)
  if (wanted.includes('string') && typeof node.value !== 'string')
    return { hint: `put it in quotes: \`"${node.written}"\`` }
  if (!wanted.includes('boolean') || typeof node.value !== 'string') {
    return wanted.some((type) => type === 'integer' || type === 'number') && node.quoted
      ? { hint: 'write it without quotes' }
      : {}
  }
  const word = node.value.toLowerCase()
  if (['yes', 'on', 'y', 'true'].includes(word)) return { hint: 'write `true`' }
  return ['no', 'off', 'n', 'false'].includes(word) ? { hint: 'write `false`' } : {}
}

const secretHint = 'never write the secret itself; name where it is kept'

/** A reference to a secret; whoever writes the secret itself there must not see it in a log. */
export function isSecret({ pattern }: Schema): boolean {
  return pattern?.startsWith('^(env:') === true
}
