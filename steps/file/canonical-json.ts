import type { Json, JsonObject } from '../../engine/step/json.ts'

/**
 * The one text of a record: UTF-8, keys in one order at every depth, two spaces, a line feed at the end. The same
 * record gives the same bytes on every machine, so that it can be compared and hashed.
 */
export function canonicalJson(record: JsonObject): string {
  return `${JSON.stringify(inOrder(record), undefined, 2)}\n`
}

function inOrder(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(inOrder)
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name] ?? null)]))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
