import type { Schema } from '../expressions/schema.ts'

/** JSON Schema as editors read it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/**
 * A schema without our own keywords.
 *
 * @param expressions each value may be a `${{ … }}` instead
 */
export function editorSchema(schema: Schema, expressions?: 'expressions'): JsonSchema {
  const edited = writtenOut(schema, expressions)
  return expressions === undefined ? edited : orExpression(edited)
}

/** The same, where the value itself must be written out and only its members may be expressions. */
export function writtenOut(schema: Schema, expressions: 'expressions' | undefined): JsonSchema {
  const edited: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith('x-') || keyword.startsWith('~')) continue
    edited[keyword] = part(keyword, value, expressions)
  }
  if (schema['x-runbook-entries'] === true) edited['items'] = { $ref: '#/definitions/entry' }
  return edited
}

function part(keyword: string, value: unknown, expressions: 'expressions' | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (['anyOf', 'oneOf', 'allOf'].includes(keyword) && Array.isArray(value)) {
    // One expression may stand for the whole choice; inside, only members of objects may be expressions.
    return value.map((branch: Schema) => writtenOut(branch, expressions))
  }
  if (keyword === 'properties' || keyword === 'patternProperties') {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]: [string, Schema]) => [name, editorSchema(member, expressions)]),
    )
  }
  if (keyword === 'items' || keyword === 'additionalProperties') return editorSchema(value, expressions)
  if (keyword === 'propertyNames') return editorSchema(value)
  return value
}

/** A plain string accepts an expression as it is. */
function orExpression(schema: Readonly<Record<string, unknown>>): JsonSchema {
  const { description, default: byDefault, ...rest } = schema
  const keywords = Object.keys(rest)
  if (keywords.length === 0 || (rest['type'] === 'string' && keywords.every((name) => name === 'type'))) return schema
  return {
    ...(description === undefined ? {} : { description }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    anyOf: [rest, expression],
  }
}

const expression = { type: 'string', pattern: '\\$\\{\\{' }
