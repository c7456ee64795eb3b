import { isKnown, type Value } from '../expressions/value.ts'
import type { JsonObject } from '../step/json.ts'

/**
 * A mapping of which every part is known, because all that it waits for has ended.
 *
 * @throws {Error} otherwise, which the document's check excludes
 */
export function knownMapping(value: Value): JsonObject {
  if (!isKnown(value)) throw new Error('an expression waits for a step that has not ended')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a mapping')
  return value as JsonObject // known, and neither scalar nor list
}
