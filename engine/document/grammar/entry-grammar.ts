import type { Schema } from '../../expressions/schema.ts'
import { errorCodes } from '../../step/errors.ts'
import { idSchema, inputSchema, nameSchema, targetSchema, textSchema } from './step-grammar.ts'

const durationSchema: Schema = {
  type: 'string',
  pattern: '^[1-9][0-9]{0,5}(s|m|h|d)$',
  'x-runbook-wants': 'a duration such as `30s`, `5m`, `2h` or `1d`',
}

/** Entries are checked one by one, by their kind. */
const entriesSchema: Schema = { type: 'array', minItems: 1, 'x-runbook-entries': true }

/** Codes that trying again cannot help, or must not be tried again by themselves. */
const retryable = errorCodes.filter((code) => !['authentication', 'cancelled', 'bug'].includes(code))

const common: Readonly<Record<string, Schema>> = {
  id: { ...idSchema, description: 'Name of the entry in expressions, output and journal.' },
  title: { ...textSchema, description: 'What it does, for the reviewer and the operator.' },
  when: {
    'x-runbook-template': true,
    description: 'Skips the entry unless this expression holds; evaluated once and journaled.',
  },
  onFailure: {
    enum: ['stop', 'continue', 'undo'],
    description:
      'Where control goes when it failed. stop: the run pauses, resumable. continue: goes past it. undo: takes back what the run made, to the last point of no return.',
  },
  mayFail: {
    type: 'boolean',
    description: 'Its failure, gone past with `onFailure: continue`, is no failure of the run.',
  },
  estimate: { ...durationSchema, description: 'How long it typically takes.' },
}

const gates: Readonly<Record<string, Schema>> = {
  approval: {
    type: 'object',
    description: 'Who must approve before the step starts.',
    required: ['role', 'count'],
    additionalProperties: false,
    properties: {
      role: { ...nameSchema, description: 'A role of the environment.' },
      count: { type: 'integer', minimum: 1, maximum: 20, description: 'How many different people.' },
      expires: { ...durationSchema, description: 'How long an approval is good for; `7d` when nothing is said.' },
    },
  },
  pointOfNoReturn: { ...textSchema, description: 'Why there is no way back after this step.' },
}

const attempts: Readonly<Record<string, Schema>> = {
  timeout: { ...durationSchema, description: 'How long it may take, waiting for the effect to settle included.' },
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
}

const pastFailures: Readonly<Record<string, Schema>> = {
  continueOn: {
    type: 'array',
    items: { enum: retryable },
    minItems: 1,
    uniqueItems: true,
    description: 'With `onFailure: continue`: goes past failures with these error codes only; any other one stops.',
  },
}

const withSchema: Schema = { type: 'object', description: 'Inputs of the step.', 'x-runbook-template': true }
const concurrencySchema: Schema = {
  type: 'integer',
  minimum: 1,
  maximum: 1000,
  description: 'How many at the same time.',
}
const finallySchema: Schema = {
  ...entriesSchema,
  description: 'Done once the block has ended, however it did. A pause is no end.',
}

const kinds: Readonly<Record<string, Schema>> = {
  uses: entry({
    uses: { type: 'string', description: 'The step type: `family.verb-noun`.' },
    target: targetSchema,
    with: withSchema,
    ...attempts,
    ...pastFailures,
    existing: { enum: ['refuse', 'adopt'], description: 'What to do when the object is already there and right.' },
    wait: {
      type: 'object',
      description: 'Never applies: looks until what the step wants is there.',
      additionalProperties: false,
      properties: {
        until: { 'x-runbook-template': true, description: 'An expression over `outputs` that has to hold as well.' },
        every: { ...durationSchema, description: 'How often to look.' },
      },
    },
    ...gates,
  }),
  script: entry({
    script: {
      type: 'string',
      description: 'A zx module beside the runbook.',
      pattern: '^[^\\0]+\\.mjs$',
      'x-runbook-wants': 'the path of a module such as `./rotate-badges.mjs`',
    },
    effect: {
      enum: ['read', 'idempotent', 'once'],
      description: 'Whether it changes anything, and whether doing it twice does harm.',
    },
    check: { type: 'boolean', description: 'Whether the module exports `check`, which only looks.' },
    with: withSchema,
    outputs: {
      type: 'object',
      description: 'What it gives back.',
      propertyNames: idSchema,
      additionalProperties: inputSchema,
    },
    ...attempts,
    ...pastFailures,
    existing: { enum: ['refuse', 'adopt'], description: 'What to do when the object is already there and right.' },
    ...gates,
  }),
  manual: entry({
    manual: {
      type: 'object',
      description: 'A person does something and says so.',
      required: ['do'],
      additionalProperties: false,
      properties: {
        do: { 'x-runbook-template': true, description: 'What to do.' },
        confirm: { ...inputSchema, description: 'What has to be typed afterwards; nothing said: the id of the entry.' },
        evidence: { enum: ['optional', 'required'], description: 'Whether a file goes with it.' },
      },
    },
    ...gates,
  }),
  assert: entry({
    assert: { 'x-runbook-template': true, description: 'An expression that must hold here.' },
    message: { 'x-runbook-template': true, description: 'What it means when it does not.' },
  }),
  parallel: entry({
    parallel: { ...entriesSchema, description: 'Entries at the same time.' },
    concurrency: concurrencySchema,
    finally: finallySchema,
  }),
  forEach: entry(
    {
      forEach: {
        type: 'object',
        description: 'Does the entries of `steps` for each item of a list.',
        required: ['in'],
        additionalProperties: false,
        properties: {
          in: { 'x-runbook-template': true, description: 'The list; evaluated once and journaled.' },
          as: { ...idSchema, description: 'Name of the item in expressions; `item` when nothing is said.' },
          key: { 'x-runbook-template': true, description: 'A text that names the item for ever.' },
          concurrency: concurrencySchema,
        },
      },
      steps: { ...entriesSchema, description: 'What is done for each item.' },
      finally: finallySchema,
    },
    ['steps'],
  ),
  steps: entry({
    steps: {
      ...entriesSchema,
      description: 'Entries one after the other, under one `when`, `onFailure` and `finally`.',
    },
    finally: finallySchema,
  }),
  wait: entry({ wait: { ...durationSchema, description: 'How long to wait.' } }),
}

function entry(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  const [kind = ''] = Object.keys(properties)
  return {
    type: 'object',
    required: ['id', kind, ...required],
    additionalProperties: false,
    'x-runbook-later': ['include'],
    properties: { ...common, ...properties },
  }
}

const allKeys = Object.values(kinds).flatMap(({ properties = {} }) => Object.keys(properties))

/** The key that says what kind of entry it is, to the keys of that kind. */
export const entryKinds: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(kinds).map(([kind, schema]) => [
    kind,
    { ...schema, 'x-runbook-elsewhere': allKeys.filter((key) => schema.properties?.[key] === undefined) },
  ]),
)

/** What entries of `steps:` are; which keys fit together is checked by kind. */
export const entryListSchema: Schema = entriesSchema
