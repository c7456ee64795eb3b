import type { Schema } from './schema.ts'
import { anyType, type Type } from './type.ts'

/** The type of the values that a schema accepts; `any` where it accepts several. */
export function typeOfSchema(schema: Schema): Type {
  if (schema.anyOf !== undefined || schema.oneOf !== undefined) {
    return common((schema.anyOf ?? schema.oneOf ?? []).map(typeOfSchema))
  }
  if (schema.allOf !== undefined) return merged(schema.allOf.map(typeOfSchema))
  if (schema.const !== undefined) return typeOfValue(schema.const)
  if (schema.enum !== undefined) return common(schema.enum.map(typeOfValue))
  switch (schema.type) {
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
    case 'null':
      return { kind: schema.type }
    case 'array':
      return { kind: 'list', items: schema.items === undefined ? anyType : typeOfSchema(schema.items) }
    case 'object':
      return objectOf(schema)
    default:
      return anyType
  }
}

function objectOf(schema: Schema): Type {
  const properties = Object.entries(schema.properties ?? {})
  if (properties.length > 0 || schema.additionalProperties === false) {
    const required = new Set(schema.required)
    const members = properties.map(
      ([name, value]) => [name, { type: typeOfSchema(value), optional: !required.has(name) }] as const,
    )
    return { kind: 'object', members: new Map(members) }
  }
  const values = [
    ...Object.values(schema.patternProperties ?? {}),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
  ]
  return { kind: 'map', values: values.length === 0 ? anyType : common(values.map(typeOfSchema)) }
}

/** The one type that all are, else `any`. */
function common(types: readonly Type[]): Type {
  const [first, ...others] = types
  if (first === undefined) return anyType
  return others.every((other) => sameType(first, other)) ? first : anyType
}

function merged(types: readonly Type[]): Type {
  const objects = types.flatMap((type) => (type.kind === 'object' ? [type] : []))
  if (objects.length !== types.length) return common(types)
  return { kind: 'object', members: new Map(objects.flatMap((type) => [...type.members])) }
}

function typeOfValue(value: unknown): Type {
  switch (typeof value) {
    case 'string':
      return { kind: 'string' }
    case 'boolean':
      return { kind: 'boolean' }
    case 'number':
      return { kind: Number.isInteger(value) ? 'integer' : 'number' }
    default:
      return anyType
  }
}

function sameType(left: Type, right: Type): boolean {
  if (left.kind === 'list' && right.kind === 'list') return sameType(left.items, right.items)
  if (left.kind === 'map' && right.kind === 'map') return sameType(left.values, right.values)
  if (left.kind === 'object' || left.kind === 'other') return left === right
  return left.kind === right.kind
}
