import type { Json } from '../step/json.ts'

/** The part of JSON Schema (2020-12) that step types, binding kinds and documents use. Anything else is refused. */
export interface Schema {
  readonly type?: SchemaType | readonly SchemaType[]
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly propertyNames?: Schema
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly title?: string
  readonly description?: string
  readonly default?: Json
  readonly examples?: readonly Json[]
  /** What a string must be, in words, where its pattern or format says it badly. */
  readonly 'x-runbook-wants'?: string
  /** Keys that a later format may have, so that the message can say so. */
  readonly 'x-runbook-later'?: readonly string[]
  /** Keys that entries of another kind have. */
  readonly 'x-runbook-elsewhere'?: readonly string[]
  /** Holds expressions, and is checked where their types are known. */
  readonly 'x-runbook-template'?: true
  /** Holds entries of `steps:`, each checked by its kind. */
  readonly 'x-runbook-entries'?: true
}

const schemaTypes = ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object'] as const

export type SchemaType = (typeof schemaTypes)[number]

/**
 * A TypeBox schema as {@link Schema}.
 *
 * @throws {Error} when it uses a keyword that the checker does not know: what is not checked must not look checked
 */
export function schemaFrom(schema: object): Schema {
  if (!known.has(schema)) {
    refuseUnknownKeywords(schema, '#')
    known.add(schema)
  }
  return schema
}

const known = new WeakSet<object>()

function refuseUnknownKeywords(schema: object, path: string): void {
  for (const [keyword, value] of Object.entries<unknown>({ ...schema })) {
    if (!keywords.has(keyword) && !keyword.startsWith('x-') && !keyword.startsWith('~')) {
      throw new Error(`schema keyword \`${keyword}\` at ${path} is not supported`)
    }
    if (single.has(keyword) && typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) throw new Error(`schema keyword \`${keyword}\` at ${path} must be one schema`)
      refuseUnknownKeywords(value, `${path}/${keyword}`)
    }
    if (several.has(keyword) && typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries<unknown>({ ...value })) {
        if (typeof part === 'object' && part !== null) refuseUnknownKeywords(part, `${path}/${keyword}/${name}`)
      }
    }
  }
}

const single = new Set(['items', 'additionalProperties', 'propertyNames'])
const several = new Set(['anyOf', 'oneOf', 'allOf', 'properties', 'patternProperties'])
const keywords = new Set([
  ...[...single, ...several, 'type', 'enum', 'const', 'required', 'minProperties', 'maxProperties'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minLength', 'maxLength', 'pattern', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['title', 'description', 'default', 'examples', '$id', '$schema', '$comment', 'deprecated'],
])
