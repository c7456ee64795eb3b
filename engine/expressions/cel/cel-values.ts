import type { Json } from '../../step/json.ts'
import type { Type } from '../type.ts'

/** JSON as CEL computes with it: integers are `bigint`, everything else stays as it is. */
export function toCel(value: Json, type: Type): unknown {
  if (typeof value === 'number') {
    const whole = type.kind === 'integer' || (type.kind === 'any' && Number.isSafeInteger(value))
    return whole ? BigInt(value) : value
  }
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map((item) => toCel(item, memberType(type, '')))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toCel(item, memberType(type, name))]))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function memberType(type: Type, name: string): Type {
  switch (type.kind) {
    case 'list':
      return type.items
    case 'map':
      return type.values
    case 'object':
      return type.members.get(name)?.type ?? { kind: 'any' }
    default:
      return { kind: 'any' }
  }
}

/**
 * The JSON of a result.
 *
 * @throws {RangeError} for an integer that JSON cannot carry exactly, and for a number that is not finite
 * @throws {TypeError} for a value that JSON has no form for
 */
export function fromCel(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'bigint':
      return safeInteger(value)
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError(`the result \`${value}\` is not a finite number`)
      return value
    case 'object':
      return fromObject(value)
    default:
      throw new TypeError(`the result is ${typeof value}, which has no JSON form`)
  }
}

function fromObject(value: object | null): Json {
  if (value === null) return null
  if (Array.isArray(value)) return value.map(fromCel)
  const entries = value instanceof Map ? [...value] : isPlain(value) ? Object.entries(value) : undefined
  if (entries !== undefined) {
    return Object.fromEntries(
      entries.filter(([, item]) => item !== undefined).map(([key, item]) => [String(key), fromCel(item)]),
    )
  }
  const primitive: unknown = value.valueOf()
  if (typeof primitive === 'bigint') return safeInteger(primitive)
  throw new TypeError('the result has no JSON form')
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function safeInteger(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`the result \`${value}\` is too large for an integer`)
  return number
}
