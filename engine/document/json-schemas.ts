import type { Schema } from '../expressions/schema.ts'
import { schemaFrom } from '../expressions/schema.ts'
import type { Family } from '../step/family.ts'
import type { StepType } from '../step/step-type.ts'
import { catalogOf, type Catalog } from './catalog.ts'
import { editorSchema, writtenOut, type JsonSchema } from './editor-schema.ts'
import { environmentSchema } from './grammar/environment-grammar.ts'
import { rehearsalSchema } from './grammar/rehearsal-grammar.ts'
import { runbookSchema } from './grammar/runbook-grammar.ts'
import { entryKinds } from './grammar/entry-grammar.ts'
import { idSchema } from './grammar/step-grammar.ts'

/** JSON Schemas of the three kinds of files, for completion and hover in editors (draft-07, which all of them know). */
export interface JsonSchemas {
  readonly runbook: JsonSchema
  readonly environment: JsonSchema
  readonly rehearsal: JsonSchema
}

/** Made from the same grammar and the same step types that `validate` checks with, so that they cannot differ. */
export function jsonSchemas(families: readonly Family[]): JsonSchemas {
  const catalog = catalogOf(families)
  const definitions = { entry: entryOf(catalog) }
  const kinds = [...catalog.bindingKinds.values()]
  const kind = choice(kinds, 'Binding kind.')
  return {
    runbook: file(
      'A runbook',
      runbookSchema,
      {
        bindings: withKind(runbookSchema.properties?.['bindings'], { properties: { kind } }),
        inputs: editorSchema(runbookSchema.properties?.['inputs'] ?? {}),
      },
      definitions,
    ),
    environment: file('An environment', environmentSchema, {
      bindings: withKind(environmentSchema.properties?.['bindings'], {
        properties: { kind },
        allOf: kinds.map(({ name, config }) => when('kind', name, bindingOf(schemaFrom(config), kind))),
      }),
    }),
    rehearsal: file('A rehearsal', rehearsalSchema, {}, definitions),
  }
}

/** The text of a committed schema file. */
export function schemaText(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}

function file(
  title: string,
  schema: Schema,
  properties: Readonly<Record<string, JsonSchema>>,
  definitions?: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const edited = editorSchema(schema)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    ...edited,
    properties: { ...membersOf(edited, 'properties'), ...properties },
    ...(definitions === undefined ? {} : { definitions }),
  }
}

function withKind(schema: Schema | undefined, { properties, ...more }: JsonSchema): JsonSchema {
  const edited = editorSchema(schema ?? {})
  const entry = membersOf(edited, 'additionalProperties')
  const merged = { ...membersOf(entry, 'properties'), ...membersOf({ properties }, 'properties') }
  return { ...edited, additionalProperties: { ...entry, ...more, properties: merged } }
}

/** The entry of an environment, `kind` and all. */
function bindingOf(config: Schema, kind: JsonSchema): JsonSchema {
  const edited = editorSchema(config)
  return { ...edited, properties: { kind, ...membersOf(edited, 'properties') }, additionalProperties: false }
}

/** Any entry of `steps:`: the keys of all kinds, one of which says which kind it is. */
function entryOf({ stepTypes }: Catalog): JsonSchema {
  const types = [...stepTypes.values()]
  const kinds = Object.entries(entryKinds)
  const merged = new Map<string, JsonSchema[]>()
  for (const [, kind] of kinds) {
    for (const [name, schema] of Object.entries(kind.properties ?? {})) {
      const edited = editorSchema(schema)
      const known = merged.get(name) ?? []
      if (!known.some((other) => JSON.stringify(other) === JSON.stringify(edited))) merged.set(name, [...known, edited])
    }
  }
  const properties = Object.fromEntries(
    [...merged].map(([name, [only, ...others]]) => [name, others.length === 0 ? only : { anyOf: [only, ...others] }]),
  )
  return {
    type: 'object',
    required: ['id'],
    anyOf: kinds.map(([kind]) => ({ required: [kind] })),
    additionalProperties: false,
    properties: { ...properties, uses: choice(types, 'The step type.') },
    allOf: types.map((type) => when('uses', type.name, bodyOf(type))),
  }
}

function bodyOf({ inputs, target }: StepType): JsonSchema {
  const schema = schemaFrom(inputs)
  const required = [
    ...(target === undefined ? [] : ['target']),
    ...((schema.required ?? []).length > 0 ? ['with'] : []),
  ]
  const properties = { with: writtenOut(schema, 'expressions'), target: targetOf(target) }
  return required.length > 0 ? { properties, required } : { properties }
}

function targetOf(target: StepType['target']): JsonSchema | boolean {
  if (target === undefined) return false
  const binding = (capability: string) => ({
    ...editorSchema(idSchema),
    description: `A binding that gives \`${capability}\`.`,
  })
  if (typeof target === 'string') return binding(target)
  const roles = Object.entries(target).map(([role, capability]) => [role, binding(capability)] as const)
  return {
    type: 'object',
    properties: Object.fromEntries(roles),
    required: Object.keys(target),
    additionalProperties: false,
  }
}

function choice(
  named: readonly { readonly name: string; readonly summary: string }[],
  description: string,
): JsonSchema {
  return { description, anyOf: named.map(({ name, summary }) => ({ const: name, description: summary })) }
}

function when(key: string, value: string, then: JsonSchema): JsonSchema {
  // A keyword of JSON Schema; nobody awaits it.
  // oxlint-disable-next-line no-thenable
  return { if: { properties: { [key]: { const: value } }, required: [key] }, then }
}

function membersOf(schema: JsonSchema, keyword: string): JsonSchema {
  const value = schema[keyword]
  // The keywords asked for hold objects, or are absent.
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {}
}
