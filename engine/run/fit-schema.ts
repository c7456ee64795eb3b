import { checkValue } from '../document/check-value.ts'
import { StepError } from '../step/errors.ts'
import type { JsonObject } from '../step/json.ts'

/**
 * Holds a value against its schema where it only becomes known in a run.
 *
 * @param code `invalid` for what a runbook's expressions gave, `bug` for what a step type gave
 * @param what begins the message: ``the inputs of `x509.sign` ``
 * @throws {StepError} naming every mistake
 */
export function fitSchema(schema: object, value: JsonObject, code: 'invalid' | 'bug', what: string): void {
  const mistakes = checkValue(value, schema)
  if (mistakes.length === 0) return
  const list = mistakes.map(({ path, message }) => (path === '' ? message : `\`${path}\`: ${message}`))
  throw new StepError(code, `${what} are not as its schema wants them: ${list.join('; ')}`)
}
