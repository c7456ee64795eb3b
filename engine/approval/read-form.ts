import { checkValue } from '../document/check-value.ts'
import type { Json } from '../step/json.ts'
import { StepError } from '../step/errors.ts'
import type { Static, TObject } from 'typebox'

/**
 * Reads a JSON text that has to be of one form, with nothing else in it.
 *
 * @param what the text is, such as `an answer`
 * @throws {StepError} `invalid` with every mistake
 */
export function readForm<Form extends TObject>(text: string, form: Form, what: string): Static<Form> {
  const value = parse(text, what)
  const named = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined
  if (typeof named === 'number' && named !== 1)
    throw new StepError('invalid', `it is ${what} of format \`${named}\`, and this release reads format 1`, {
      hint: 'use the release that wrote it',
    })
  const mistakes = checkValue(value, form)
  if (mistakes.length > 0) {
    const list = mistakes.map(({ path, message }) => (path === '' ? message : `\`${path}\`: ${message}`))
    throw new StepError('invalid', `it is not ${what}: ${list.join('; ')}`)
  }
  return value as Static<Form> // checked against the form just now
}

function parse(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json // JSON is what it gives
  } catch (error) {
    throw new StepError('invalid', `it is not ${what}: no whole JSON text`, { cause: error })
  }
}
