import type { Schema, SchemaType } from './schema.ts'
import type { Type } from './type.ts'

/** Holds unless no value of `type` can be what the schema wants. Forms and ranges are a matter of the value. */
export function fits(type: Type, schema: Schema): boolean {
  if (type.kind === 'any') return true
  if (type.kind === 'other') return false
  const branches = schema.anyOf ?? schema.oneOf
  if (branches !== undefined && !branches.some((branch) => fits(type, branch))) return false
  if (schema.allOf !== undefined && !schema.allOf.every((part) => fits(type, part))) return false
  const values = schema.const === undefined ? schema.enum : [schema.const]
  if (values !== undefined) return values.some((value) => accepts(typeof value, type))
  if (schema.type === undefined) return true
  const wanted: readonly SchemaType[] = typeof schema.type === 'string' ? [schema.type] : schema.type
  return wanted.some((name) => fitsOne(type, name, schema))
}

function accepts(jsType: string, type: Type): boolean {
  return jsType === (type.kind === 'integer' ? 'number' : type.kind)
}

function fitsOne(type: Exclude<Type, { kind: 'any' | 'other' }>, wanted: SchemaType, schema: Schema): boolean {
  switch (wanted) {
    case 'array':
      return type.kind === 'list' && (schema.items === undefined || fits(type.items, schema.items))
    case 'object':
      return (
        (type.kind === 'map' && fitsMap(type.values, schema)) || (type.kind === 'object' && fitsObject(type, schema))
      )
    case 'number':
      return type.kind === 'number' || type.kind === 'integer'
    default:
      return type.kind === wanted
  }
}

function fitsMap(values: Type, schema: Schema): boolean {
  const wanted = [
    ...Object.values(schema.properties ?? {}),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
    ...Object.values(schema.patternProperties ?? {}),
  ]
  return wanted.length === 0 || wanted.some((value) => fits(values, value))
}

function fitsObject({ members }: Extract<Type, { kind: 'object' }>, schema: Schema): boolean {
  if (schema.required?.some((name) => !members.has(name)) === true) return false
  return [...members].every(([name, member]) => {
    const wanted = schema.properties?.[name]
    if (wanted !== undefined) return fits(member.type, wanted)
    if (typeof schema.additionalProperties === 'object') return fits(member.type, schema.additionalProperties)
    return schema.additionalProperties !== false || schema.patternProperties !== undefined
  })
}
