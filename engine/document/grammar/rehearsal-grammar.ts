import type { Schema } from '../../expressions/schema.ts'
import { approversSchema } from './environment-grammar.ts'
import { formatSchema, idSchema, nameSchema, stepSchema, textSchema } from './step-grammar.ts'

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
    world: { type: 'array', description: 'Steps that make the world the runbook starts in.', items: stepSchema },
    inputs: { type: 'object', description: 'Inputs of the runbook.', 'x-runbook-template': true },
    approvers: approversSchema,
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
