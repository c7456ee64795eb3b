import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { parseDocument } from 'yaml'
import type { StepExample, StepType } from '../../engine/step/step-type.ts'

const ajv = new Ajv2020({ allErrors: true, strict: false })
ajvFormats.default(ajv)

const envelope = new Set(
  'id title uses target with when timeout retry onFailure existing approval pointOfNoReturn'.split(' '),
)

/** How a value differs from a schema, judged by another validator than the engine's; empty when it does not. */
export function schemaMistakes(schema: object, value: unknown): readonly string[] {
  const validate = ajv.compile(schema)
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
  )
}

/** What is wrong with an example of a step type; empty when a runbook could hold it as it is. */
export function exampleMistakes(type: StepType, example: StepExample): readonly string[] {
  const document = parseDocument(example.yaml, { strict: true, uniqueKeys: true })
  if (document.errors.length > 0) return document.errors.map(({ message }) => message)
  const parsed: unknown = document.toJS()
  const step: unknown = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed
  if (!isMap(step)) return ['is no single step']
  const mistakes = Object.keys(step).flatMap((key) => (envelope.has(key) ? [] : [`unknown key ${key}`]))
  if (typeof step['id'] !== 'string' || !/^[a-z][A-Za-z0-9]*$/.test(step['id'])) mistakes.push('has no id')
  if (step['uses'] !== type.name) mistakes.push(`uses ${String(step['uses'])}`)
  if (example.yaml.includes('${{')) mistakes.push('holds an expression')
  return [...mistakes, ...targetMistakes(type, step['target']), ...schemaMistakes(type.inputs, step['with'] ?? {})]
}

/** Places of a schema that would take keys nobody described. Free maps have no `properties`. */
export function openObjects(schema: unknown, path = '#'): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap((part, index) => openObjects(part, `${path}/${index}`))
  if (!isMap(schema)) return []
  const open = schema['type'] === 'object' && 'properties' in schema && schema['additionalProperties'] !== false
  return [
    ...(open ? [path] : []),
    ...Object.entries(schema).flatMap(([key, part]) => openObjects(part, `${path}/${key}`)),
  ]
}

function targetMistakes({ target: wanted }: StepType, found: unknown): readonly string[] {
  if (wanted === undefined) return found === undefined ? [] : ['names a target and works on none']
  if (typeof wanted === 'string') return typeof found === 'string' ? [] : [`wants one target: ${wanted}`]
  const roles = Object.keys(wanted).sort().join(' ')
  return isMap(found) && Object.keys(found).sort().join(' ') === roles ? [] : [`wants targets for ${roles}`]
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
