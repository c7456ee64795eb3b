import type { Schema } from '../../expressions/schema.ts'
import { peopleSchemas } from './people-grammar.ts'
import { formatSchema, idSchema, nameSchema, textSchema } from './step-grammar.ts'
import { freezesSchema, windowsSchema } from './windows-grammar.ts'

/** Names of principals by role. */
export const approversSchema: Schema = {
  type: 'object',
  description: 'Who may approve, by role.',
  propertyNames: nameSchema,
  additionalProperties: { type: 'array', minItems: 1, uniqueItems: true, items: textSchema },
}

/** The grammar of environments; what else a binding holds depends on its kind. */
export const environmentSchema: Schema = {
  type: 'object',
  required: ['environment', 'format', 'kind', 'bindings'],
  additionalProperties: false,
  properties: {
    environment: { ...nameSchema, description: 'Name of the environment.' },
    format: formatSchema,
    kind: { enum: ['sandbox', 'test', 'production'], description: 'Shown in every header and prompt.' },
    bindings: {
      type: 'object',
      description: 'What each binding of a runbook is at this site.',
      propertyNames: idSchema,
      additionalProperties: {
        type: 'object',
        required: ['kind'],
        properties: { kind: { type: 'string', description: 'Binding kind.' } },
      },
    },
    approvers: approversSchema,
    ...peopleSchemas,
    windows: windowsSchema,
    freezes: freezesSchema,
    inputs: {
      type: 'object',
      description: 'Inputs by runbook name.',
      propertyNames: nameSchema,
      additionalProperties: { type: 'object', propertyNames: idSchema },
    },
    answers: {
      type: 'object',
      description: 'In a sandbox: what is typed where a person does something, by runbook name.',
      propertyNames: nameSchema,
      additionalProperties: { type: 'object', propertyNames: idSchema },
    },
    sandbox: {
      type: 'object',
      description: 'Where the sandbox that made this environment answers.',
      required: ['control', 'token'],
      additionalProperties: false,
      properties: {
        control: {
          ...{ type: 'string', pattern: '^http://(127\\.0\\.0\\.1|localhost|\\[::1\\]):[0-9]+(/.*)?$' },
          'x-runbook-wants': 'a loopback address such as `http://127.0.0.1:8080`',
        },
        token: { type: 'string', minLength: 1 },
      },
    },
  },
}
