import type { Json, JsonObject } from '../../../engine/step/json.ts'
import { ServiceError } from './service.ts'
import type { Length, Shape, StructureShape } from './shapes.ts'

/**
 * Checks a request as AWS does before the service sees it, and drops members that the model has not.
 *
 * @param refusal error class of a violated constraint
 * @throws {ServiceError} `SerializationException` for a wrong JSON type, `refusal` naming every violated constraint
 */
export function validate(shape: StructureShape, input: Json, refusal = 'ValidationException'): JsonObject {
  const problems: string[] = []
  const valid = structureValue(shape, input, '', problems)
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`
    throw new ServiceError(refusal, `${count} detected: ${problems.join('; ')}`)
  }
  return valid
}

function structureValue(shape: StructureShape, value: Json, path: string, problems: string[]): JsonObject {
  if (!isObject(value)) throw serialization(path, 'a structure')
  for (const name of shape.required)
    if ((value[name] ?? null) === null)
      problems.push(`Value null at '${join(path, name)}' failed to satisfy constraint: Member must not be null`)
  const members = Object.entries(shape.members).flatMap(([name, member]) => {
    const found = value[name] ?? null
    return found === null ? [] : [[name, valueOf(member, found, join(path, name), problems)] as const]
  })
  return Object.fromEntries(members)
}

function valueOf(shape: Shape, value: Json, path: string, problems: string[]): Json {
  const violated = (constraint: string): void => {
    problems.push(`Value '${show(value)}' at '${path}' failed to satisfy constraint: Member must ${constraint}`)
  }
  switch (shape.kind) {
    case 'structure':
      return structureValue(shape, value, path, problems)
    case 'list': {
      if (!Array.isArray(value)) throw serialization(path, 'a list')
      lengthOf(shape, value.length, violated)
      return value.map((item: Json, index) => valueOf(shape.of, item, `${path}.${index + 1}.member`, problems))
    }
    case 'map':
      if (!isObject(value)) throw serialization(path, 'a map')
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [
          text(valueOf(shape.key, key, `${path}.key`, problems), path),
          valueOf(shape.of, each, `${path}.${key}.member`, problems),
        ]),
      )
    case 'boolean':
      if (typeof value !== 'boolean') throw serialization(path, 'a boolean')
      return value
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw serialization(path, 'an integer')
      if (shape.min !== undefined && value < shape.min) violated(`have value greater than or equal to ${shape.min}`)
      if (shape.max !== undefined && value > shape.max) violated(`have value less than or equal to ${shape.max}`)
      return value
    case 'blob':
      lengthOf(shape, base64Length(text(value, path), path), violated)
      return value
    case 'enum':
      if (!shape.values.includes(text(value, path))) violated(`satisfy enum value set: [${shape.values.join(', ')}]`)
      return value
    case 'string':
      lengthOf(shape, text(value, path).length, violated)
      if (shape.pattern !== undefined && !shape.pattern.test(text(value, path)))
        violated(`satisfy regular expression pattern: ${shape.pattern.source}`)
      return value
  }
}

function lengthOf(shape: Length, length: number, violated: (constraint: string) => void): void {
  if (shape.min !== undefined && length < shape.min) violated(`have length greater than or equal to ${shape.min}`)
  if (shape.max !== undefined && length > shape.max) violated(`have length less than or equal to ${shape.max}`)
}

function text(value: Json, path: string): string {
  if (typeof value !== 'string') throw serialization(path, 'a string')
  return value
}

function base64Length(encoded: string, path: string): number {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded) || encoded.length % 4 !== 0) throw serialization(path, 'base64')
  return Buffer.from(encoded, 'base64').length
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function serialization(path: string, wanted: string): ServiceError {
  return new ServiceError('SerializationException', `'${path === '' ? 'request' : path}' is not ${wanted}`)
}

/** AWS names members in messages with a small first letter. */
function join(path: string, name: string): string {
  const member = name.charAt(0).toLowerCase() + name.slice(1)
  return path === '' ? member : `${path}.${member}`
}

function show(value: Json): string {
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown
}
