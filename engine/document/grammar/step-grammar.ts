import type { Schema } from '../../expressions/schema.ts'
import { errorCodes } from '../../step/errors.ts'
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

const targetSchema: Schema = {
  description: 'The binding that the step acts on, or bindings by role.',
  anyOf: [idSchema, { type: 'object', additionalProperties: idSchema }],
  'x-runbook-wants': 'a binding name, or a map of role to binding name',
}

/** Codes that trying again cannot help, or must not be tried again by themselves. */
const retryable = errorCodes.filter((code) => !['authentication', 'cancelled', 'bug'].includes(code))

/** The envelope of every step. What stands under `with` is the step type's own. */
export const stepSchema: Schema = {
  type: 'object',
  required: ['id', 'uses'],
  additionalProperties: false,
  'x-runbook-later': ['when', 'parallel', 'forEach', 'onFailure', 'include', 'madeBy', 'finally'],
  properties: {
    id: { ...idSchema, description: 'Name of the step in expressions, output and journal.' },
    title: { ...textSchema, description: 'What the step does, for the reviewer and the operator.' },
    uses: { type: 'string', description: 'The step type: `family.verb-noun`.' },
    target: targetSchema,
    with: { type: 'object', description: 'Inputs of the step.', 'x-runbook-template': true },
    timeout: {
      type: 'string',
      description: 'How long to wait for the effect to settle.',
      pattern: '^[1-9][0-9]{0,5}(s|m|h|d)$',
      'x-runbook-wants': 'a duration such as `30s`, `5m`, `2h` or `1d`',
    },
    retry: {
      type: 'object',
      description: 'Tries again after these errors.',
      required: ['on', 'times'],
      additionalProperties: false,
      properties: {
        on: { type: 'array', items: { enum: retryable }, minItems: 1, uniqueItems: true, description: 'Error codes.' },
        times: { type: 'integer', minimum: 1, maximum: 100, description: 'Attempts after the first.' },
      },
    },
    existing: { enum: ['refuse', 'adopt'], description: 'What to do when the object is already there and right.' },
    approval: {
      type: 'object',
      description: 'Who must approve before the step starts.',
      required: ['role', 'count'],
      additionalProperties: false,
      properties: {
        role: { ...nameSchema, description: 'A role of the environment.' },
        count: { type: 'integer', minimum: 1, maximum: 20, description: 'How many different people.' },
      },
    },
    pointOfNoReturn: { ...textSchema, description: 'Why there is no way back after this step.' },
  },
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
