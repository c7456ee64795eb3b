import { isDeepStrictEqual } from 'node:util'
import { longSecrets, redactor } from '../redaction/redactor.ts'
import { StepError } from '../step/errors.ts'
import type { Json } from '../step/json.ts'

/** Records in people's words, or in those of the other side: nothing is decided on them. */
const inWords = /\/(failed\/\d+|gave-up|rejected|resolution\/\d+|override\/\d+)$|^run\/closed$/

/**
 * What may stand in the journal. Words are redacted. Everything else is what a resume works with and stays as it is, since a short PIN
 * may by chance look like a label; what holds a long secret is refused.
 *
 * @throws {StepError} `bug`: secrets are references, and something made a value of one
 */
export function withoutSecrets(key: string, value: Json): Json {
  if (inWords.test(key)) return redactor.json(value)
  const clean = longSecrets.json(value)
  if (clean === value || isDeepStrictEqual(clean, value)) return value
  throw new StepError('bug', `record \`${key}\` would put a secret into the journal: ${JSON.stringify(clean)}`, {
    hint: 'report it with the step type; what was done is told by the next look',
  })
}
