import type { Schema } from '../../expressions/schema.ts'
import { formats } from '../schema/formats.ts'

/** Ids of inputs, bindings, steps and outputs are plain identifiers in expressions. */
export const idSchema: Schema = {
  type: 'string',
  pattern: '^[a-z][A-Za-z0-9]*$',
  'x-runbook-wants': 'an id such as `rootKey`: letters and digits, the first a small letter',
}

/** Names of runbooks, environments and roles. */
export const nameSchema: Schema = {
  type: 'string',
  pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
  'x-runbook-wants': 'a name such as `portable-root`: small letters, digits and single hyphens',
}

export const textSchema: Schema = { type: 'string', minLength: 1, 'x-runbook-wants': 'a text' }

export const formatSchema: Schema = { const: 1, description: 'Version of the file format.' }

export const targetSchema: Schema = {
  description: 'The binding that the step acts on, or bindings by role.',
  anyOf: [idSchema, { type: 'object', additionalProperties: idSchema }],
  'x-runbook-wants': 'a binding name, or a map of role to binding name',
}

/** What an input may be; an ordinary JSON Schema by its keywords. */
export const inputSchema: Schema = {
  type: 'object',
  required: ['type', 'description'],
  additionalProperties: false,
  properties: {
    type: { enum: ['string', 'integer', 'number', 'boolean', 'array'], description: 'Type of the value.' },
    description: { ...textSchema, description: 'What to give, for whoever starts the runbook.' },
    default: { description: 'Used when nobody gives a value.' },
    format: { enum: Object.keys(formats), description: 'Form of a string.' },
    pattern: { type: 'string', format: 'regex', description: 'Regular expression that a string matches.' },
    enum: { type: 'array', minItems: 1, uniqueItems: true, description: 'The allowed values.' },
    minLength: { type: 'integer', minimum: 0 },
    maxLength: { type: 'integer', minimum: 0 },
    minimum: { type: 'number' },
    maximum: { type: 'number' },
    minItems: { type: 'integer', minimum: 0 },
    maxItems: { type: 'integer', minimum: 0 },
    items: {
      type: 'object',
      required: ['type'],
      additionalProperties: false,
      description: 'What each item of an array is.',
      properties: {
        type: { enum: ['string', 'integer', 'number', 'boolean'] },
        format: { enum: Object.keys(formats) },
        pattern: { type: 'string', format: 'regex' },
        enum: { type: 'array', minItems: 1, uniqueItems: true },
      },
    },
  },
}
