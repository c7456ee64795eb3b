import { count } from '../../diagnostics/list-names.ts'
import { nearest } from '../../diagnostics/nearest.ts'
import { suggest } from '../../diagnostics/suggest.ts'
import type { Entry, MapNode } from '../../expressions/node.ts'
import type { Schema } from '../../expressions/schema.ts'
import { nodeOf } from '../../expressions/node-value.ts'
import type { Place, ValueProblem } from './place.ts'
import { describeSchema } from '../describe.ts'

/** `properties`, `patternProperties`, `additionalProperties`, `propertyNames`, `required`, `minProperties`, `maxProperties`. */
export function problemsOfMap(
  place: Place,
  map: MapNode,
  problemsOf: (place: Place) => readonly ValueProblem[],
): readonly ValueProblem[] {
  const { schema, path, key } = place
  const problems: ValueProblem[] = []
  for (const [name, entry] of map.entries) {
    const inside = path === '' ? name : `${path}.${name}`
    if (schema.propertyNames !== undefined) {
      const node = nodeOf(name, entry.keySpan)
      problems.push(...problemsOf({ ...place, node, schema: schema.propertyNames, path: inside, holes: undefined }))
    }
    const wanted = schemaOfMember(schema, name)
    if (wanted === undefined) problems.push(unknownKey(place, name, entry, inside))
    else problems.push(...problemsOf({ ...place, node: entry.value, schema: wanted, path: inside, key: entry.keySpan }))
  }
  // A misspelt key is one mistake, not two.
  const unknown = [...map.entries.keys()].filter((name) => schemaOfMember(schema, name) === undefined)
  const meant = new Set(unknown.map((name) => nearest(name, Object.keys(schema.properties ?? {}))))
  const missing = (schema.required ?? []).filter((name) => !map.entries.has(name) && !meant.has(name))
  problems.push(...missing.map((name) => missingKey(name, schema.properties?.[name], place)))
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema
  if (map.entries.size < minProperties || map.entries.size > maxProperties) {
    const wanted =
      map.entries.size < minProperties
        ? `at least ${count(minProperties, 'entry', 'entries')}`
        : `at most ${count(maxProperties, 'entry', 'entries')}`
    problems.push({ code: 'out-of-range', message: `wanted ${wanted}, found ${map.entries.size}`, span: key, path })
  }
  return problems
}

/** `undefined`: no such key. */
function schemaOfMember(schema: Schema, name: string): Schema | undefined {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, name)) return schema.properties[name]
  const pattern = Object.entries(schema.patternProperties ?? {}).find(([source]) => new RegExp(source, 'u').test(name))
  if (pattern !== undefined) return pattern[1]
  const { additionalProperties = true } = schema
  if (typeof additionalProperties === 'object') return additionalProperties
  return additionalProperties ? {} : undefined
}

function unknownKey({ schema }: Place, name: string, { keySpan }: Entry, path: string): ValueProblem {
  if (schema['x-runbook-later']?.includes(name) === true) {
    const message = `key \`${name}\` is not in format 1 of this version`
    return { code: 'unknown-key', message, hint: 'leave it out', span: keySpan, path }
  }
  if (schema['x-runbook-elsewhere']?.includes(name) === true) {
    const kind = schema.required?.[1] ?? ''
    const message = `\`${name}\` has no meaning in an entry with \`${kind}\``
    return {
      code: 'meaningless-key',
      message,
      hint: 'leave it out, or make it an entry of its own',
      span: keySpan,
      path,
    }
  }
  const hint = suggest(name, Object.keys(schema.properties ?? {}))
  return { code: 'unknown-key', message: `unknown key \`${name}\``, ...hint, span: keySpan, path }
}

function missingKey(name: string, schema: Schema | undefined, { key, path }: Place): ValueProblem {
  const hint = `add \`${name}\`${schema === undefined ? '' : `: ${describeSchema(schema)}`}`
  return { code: 'missing-key', message: `key \`${name}\` is missing`, hint, span: key, path }
}
