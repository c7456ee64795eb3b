import { createRequire } from 'node:module'
import type { Json, JsonObject } from '../../../../engine/step/json.ts'

/** A shape of `aws-sdk` version 2's model file; a shape without a type is a string. */
export interface ModelShape {
  readonly shape?: string
  readonly type?: string
  readonly required?: readonly string[]
  readonly members?: Readonly<Record<string, ModelShape>>
  readonly member?: ModelShape
  readonly value?: ModelShape
}

/** What AWS has published about a service. */
export interface Model {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly operations: Readonly<Record<string, { readonly input: ModelShape; readonly output?: ModelShape }>>
  readonly shapes: Readonly<Record<string, ModelShape>>
}

/** A published model. @param file such as `acm-pca-2017-08-22` */
export function publishedModel(file: string): Model {
  return createRequire(import.meta.url)(`aws-sdk/apis/${file}.min.json`) as Model
}

/** A shape with its reference followed. */
export function resolved(model: Model, shape: ModelShape): ModelShape {
  return shape.shape === undefined ? shape : (model.shapes[shape.shape] ?? shape)
}

/** Where a value is not as the model says; empty when it is. */
export function modelProblems(model: Model, reference: ModelShape, value: Json, path: string): string[] {
  const shape = resolved(model, reference)
  switch (shape.type) {
    case 'structure':
      if (!isObject(value)) return [`${path}: wanted a structure`]
      return [
        ...(shape.required ?? [])
          .filter((name) => value[name] === undefined)
          .map((name) => `${path}.${name} is missing`),
        ...Object.entries(value).flatMap(([name, each]) => {
          const member = shape.members?.[name]
          return member === undefined
            ? [`${path}.${name} is unknown`]
            : modelProblems(model, member, each, `${path}.${name}`)
        }),
      ]
    case 'map':
      if (!isObject(value)) return [`${path}: wanted a map`]
      return Object.entries(value).flatMap(([name, each]) =>
        modelProblems(model, shape.value ?? {}, each, `${path}.${name}`),
      )
    case 'list':
      if (!Array.isArray(value)) return [`${path}: wanted a list`]
      return value.flatMap((each: Json, index) => modelProblems(model, shape.member ?? {}, each, `${path}[${index}]`))
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
