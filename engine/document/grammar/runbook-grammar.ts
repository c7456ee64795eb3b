import type { Schema } from '../../expressions/schema.ts'
import { entryListSchema } from './entry-grammar.ts'
import { formatSchema, idSchema, inputSchema, nameSchema, textSchema } from './step-grammar.ts'

/** The grammar of runbooks as far as it needs no knowledge of step types and binding kinds. */
export const runbookSchema: Schema = {
  type: 'object',
  required: ['runbook', 'format', 'version', 'title', 'again', 'steps'],
  additionalProperties: false,
  properties: {
    runbook: { ...nameSchema, description: 'Name of the runbook.' },
    format: formatSchema,
    version: {
      type: 'string',
      description: 'Version of the runbook, as in semver.org.',
      pattern:
        '^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$',
      'x-runbook-wants': 'a semantic version such as `1.0.0`',
    },
    title: { ...textSchema, description: 'What the runbook does, in one line.' },
    description: { ...textSchema, description: 'What a reviewer should know.' },
    again: {
      enum: ['refuse', 'converge', 'repeat'],
      description:
        'What a second apply does. refuse: a ceremony, done once. converge: changes nothing when all is as wanted. repeat: an act, done each time.',
    },
    inputs: {
      type: 'object',
      description: 'Values given when the runbook is started.',
      propertyNames: idSchema,
      additionalProperties: inputSchema,
    },
    bindings: {
      type: 'object',
      description: 'What the runbook needs and an environment supplies.',
      propertyNames: idSchema,
      additionalProperties: {
        type: 'object',
        required: ['kind'],
        additionalProperties: false,
        properties: {
          kind: { type: 'string', description: 'Binding kind.' },
          description: { ...textSchema, description: 'What the environment must supply.' },
          madeBy: {
            ...idSchema,
            description:
              'Id of the entry that makes it: opened once that one has ended well, right before the first step that acts on it.',
          },
        },
      },
    },
    steps: { ...entryListSchema, description: 'The steps, in the order they run in.' },
    finally: { ...entryListSchema, description: 'Done once the run has ended, however it did. A pause is no end.' },
    outputs: {
      type: 'object',
      description: 'What the runbook gives back.',
      propertyNames: idSchema,
      additionalProperties: { 'x-runbook-template': true },
    },
  },
}
