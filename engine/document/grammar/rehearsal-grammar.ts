import type { Schema } from '../../expressions/schema.ts'
import { approversSchema } from './environment-grammar.ts'
import { entryListSchema } from './entry-grammar.ts'
import { formatSchema, idSchema, nameSchema, textSchema } from './step-grammar.ts'

/** The grammar of rehearsal files. */
export const rehearsalSchema: Schema = {
  type: 'object',
  required: ['rehearsal', 'format'],
  additionalProperties: false,
  properties: {
    rehearsal: { ...nameSchema, description: 'Name of the runbook.' },
    format: formatSchema,
    bindings: {
      type: 'object',
      description: 'What each binding of the runbook is in the sandbox.',
      propertyNames: idSchema,
      additionalProperties: { type: 'object', 'x-runbook-template': true },
    },
    world: { ...entryListSchema, minItems: 0, description: 'Steps that make the world the runbook starts in.' },
    inputs: { type: 'object', description: 'Inputs of the runbook.', 'x-runbook-template': true },
    approvers: approversSchema,
    answers: {
      type: 'object',
      description: 'What is typed where a person does something, by id of the entry.',
      propertyNames: idSchema,
      additionalProperties: {},
    },
    expect: {
      type: 'array',
      description: 'What holds at the end.',
      items: {
        type: 'object',
        required: ['title', 'holds'],
        additionalProperties: false,
        properties: {
          title: textSchema,
          holds: { 'x-runbook-template': true, description: 'An expression that is true.' },
        },
      },
    },
  },
}
