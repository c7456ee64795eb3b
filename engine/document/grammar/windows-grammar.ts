import type { Schema } from '../../expressions/schema.ts'
import { weekdays } from '../declared-interval.ts'
import { textSchema } from './step-grammar.ts'

/** Its first group is the date with its `T`, where there is one. */
export const localTimePattern = '^([12][0-9]{3}-[0-9]{2}-[0-9]{2}T)?([01][0-9]|2[0-3]):[0-5][0-9]$'

const localTimeSchema: Schema = {
  type: 'string',
  pattern: localTimePattern,
  'x-runbook-wants': 'a local time without offset such as `2026-11-28T22:00`, or beside `weekly` such as `22:00`',
}

const intervalSchema: Schema = {
  type: 'object',
  required: ['from', 'to', 'zone'],
  additionalProperties: false,
  properties: {
    weekly: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      description: 'The days of the week on which it begins; `from` and `to` are then times of day.',
      items: { enum: weekdays },
    },
    from: { ...localTimeSchema, description: 'Begins: `2026-11-28T22:00`, or beside `weekly` `22:00`.' },
    to: {
      ...localTimeSchema,
      description: 'Ends, itself not included. Beside `weekly` and not after `from`: next day.',
    },
    zone: {
      type: 'string',
      minLength: 1,
      'x-runbook-wants': 'a time zone such as `Europe/Berlin` or `UTC`',
      description: 'Time zone of `from` and `to`: a name of the IANA time zone database.',
    },
    title: { ...textSchema, description: 'What it is called: the number of a change, the reason of a freeze.' },
  },
}

/** When changes are allowed. */
export const windowsSchema: Schema = {
  type: 'array',
  minItems: 1,
  description: 'When changes are allowed. Absent: always, but for freezes.',
  items: intervalSchema,
}

/** When changes are forbidden. */
export const freezesSchema: Schema = {
  type: 'array',
  minItems: 1,
  description: 'When changes are forbidden, also within a window.',
  items: intervalSchema,
}
