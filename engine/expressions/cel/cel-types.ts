import type { Environment } from '@marcbachmann/cel-js'
import { anyType, type Type } from '../type.ts'

/** The name of a type in CEL; object types are registered under `name` on the way. */
export function celTypeName(type: Type, name: string, environment: Environment, named: Map<string, Type>): string {
  switch (type.kind) {
    case 'string':
    case 'null':
      return type.kind
    case 'integer':
      return 'int'
    case 'number':
      return 'double'
    case 'boolean':
      return 'bool'
    case 'list':
      return `list<${celTypeName(type.items, `${name}.item`, environment, named)}>`
    case 'map':
      return `map<string, ${celTypeName(type.values, `${name}.value`, environment, named)}>`
    case 'object': {
      const members = [...type.members].map(
        ([key, member]) => [key, celTypeName(member.type, `${name}.${key}`, environment, named)] as const,
      )
      const typeName = `$${name}`
      environment.registerType({ name: typeName, fields: Object.fromEntries(members) })
      named.set(typeName, type)
      return typeName
    }
    case 'any':
    case 'other':
      return 'dyn'
  }
}

/** The type that CEL's name means. */
export function typeOfCelName(name: string, named: ReadonlyMap<string, Type>): Type {
  const known = named.get(name)
  if (known !== undefined) return known
  const list = /^list<(.+)>$/.exec(name)
  if (list?.[1] !== undefined) return { kind: 'list', items: typeOfCelName(list[1], named) }
  const map = /^map<(string|dyn|[A-Z]), (.+)>$/.exec(name)
  if (map?.[2] !== undefined) return { kind: 'map', values: typeOfCelName(map[2], named) }
  switch (name) {
    case 'string':
    case 'null':
      return { kind: name }
    case 'int':
    case 'uint':
      return { kind: 'integer' }
    case 'double':
      return { kind: 'number' }
    case 'bool':
      return { kind: 'boolean' }
    case 'google.protobuf.Timestamp':
      return { kind: 'other', name: 'timestamp' }
    case 'google.protobuf.Duration':
      return { kind: 'other', name: 'duration' }
    default:
      // `dyn`, `dyn<…>` and the placeholder of an empty list (`T`) fit anywhere.
      return name.startsWith('dyn') || /^[A-Z]$/.test(name) ? anyType : { kind: 'other', name }
  }
}
