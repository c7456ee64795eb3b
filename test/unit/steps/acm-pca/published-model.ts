import { createRequire } from 'node:module'
import type { Json, JsonObject } from '../../../../engine/step/json.ts'

/** A shape of `aws-sdk` version 2's model file; a shape without a type is a string. */
export interface ModelShape {
  readonly shape?: string
  readonly type?: string
  readonly required?: readonly string[]
  readonly members?: Readonly<Record<string, ModelShape>>
  readonly member?: ModelShape
}

interface Model {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly operations: Readonly<Record<string, { readonly input: ModelShape; readonly output?: ModelShape }>>
  readonly shapes: Readonly<Record<string, ModelShape>>
}

/** The published model of AWS Private CA. */
export const publishedModel = createRequire(import.meta.url)('aws-sdk/apis/acm-pca-2017-08-22.min.json') as Model

/** A shape with its reference followed. */
export function resolved(shape: ModelShape): ModelShape {
  return shape.shape === undefined ? shape : (publishedModel.shapes[shape.shape] ?? shape)
}

/** Where a value is not as the model says; empty when it is. */
export function modelProblems(reference: ModelShape, value: Json, path = ''): string[] {
  const shape = resolved(reference)
  switch (shape.type) {
    case 'structure':
      if (!isObject(value)) return [`${path}: wanted a structure`]
      return [
        ...(shape.required ?? [])
          .filter((name) => value[name] === undefined)
          .map((name) => `${path}.${name} is missing`),
        ...Object.entries(value).flatMap(([name, each]) => {
          const member = shape.members?.[name]
          return member === undefined ? [`${path}.${name} is unknown`] : modelProblems(member, each, `${path}.${name}`)
        }),
      ]
    case 'list':
      if (!Array.isArray(value)) return [`${path}: wanted a list`]
      return value.flatMap((each: Json, index) => modelProblems(shape.member ?? {}, each, `${path}[${index}]`))
    case 'integer':
    case 'long':
      return Number.isInteger(value) ? [] : [`${path}: wanted an integer`]
    case 'timestamp':
      return typeof value === 'number' ? [] : [`${path}: wanted seconds since the epoch`]
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: wanted a boolean`]
    case 'blob':
    case undefined:
      return typeof value === 'string' ? [] : [`${path}: wanted a string`]
    default:
      return [`${path}: type ${shape.type} is not known to this test`]
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
