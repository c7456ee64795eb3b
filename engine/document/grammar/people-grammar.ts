import type { Schema } from '../../expressions/schema.ts'
import { nameSchema, textSchema } from './step-grammar.ts'

/** What an environment says of people beside who approves: operators, keys, roles that nobody may have both. */
export const peopleSchemas: Readonly<Record<string, Schema>> = {
  allowedSigners: {
    ...textSchema,
    description: 'The keys of approvers: an `allowed_signers` file of OpenSSH, relative to this file.',
  },
  revokedKeys: {
    ...textSchema,
    description: 'Keys that count no more: a KRL of OpenSSH or public keys line by line, relative to this file.',
  },
  operators: {
    type: 'object',
    description: 'Who operators are: principal by user name. A user who is not listed is a principal of that name.',
    propertyNames: textSchema,
    additionalProperties: textSchema,
  },
  separateRoles: {
    type: 'array',
    minItems: 1,
    description: 'Roles of which nobody may have two.',
    items: { type: 'array', minItems: 2, uniqueItems: true, items: nameSchema },
  },
  exceptions: {
    type: 'object',
    description: 'Who approves what a run does outside of its rules: a doubt settled by a claim, an override.',
    required: ['role'],
    additionalProperties: false,
    properties: {
      role: { ...nameSchema, description: 'A role of `approvers`. Without `exceptions` it is `change-approver`.' },
      count: {
        type: 'integer',
        minimum: 1,
        maximum: 20,
        description: 'How many different people; without it as many as the step needs.',
      },
    },
  },
}
