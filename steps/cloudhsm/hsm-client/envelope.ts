import type { Json, JsonObject } from '../../../engine/step/json.ts'

/** What `cloudhsm-cli` answers: `{"error_code": 0, "data": …}`. */
export interface Envelope {
  /** 0: done. */
  readonly errorCode: number
  readonly data: Json
}

/**
 * Takes an answer out of what the program writes: prompts come before it, so it begins at the first `{`.
 *
 * @returns `undefined` as long as it is not whole
 * @throws {SyntaxError} when it is no envelope
 */
export function envelopeIn(text: string): { readonly envelope: Envelope; readonly rest: string } | undefined {
  const start = text.indexOf('{')
  if (start < 0) return undefined
  const end = endOfObject(text, start)
  if (end === undefined) return undefined
  return { envelope: parseEnvelope(text.slice(start, end)), rest: text.slice(end) }
}

function parseEnvelope(text: string): Envelope {
  const answer = JSON.parse(text) as JsonObject // it begins with a brace
  const code = answer['error_code']
  if (typeof code !== 'number' || !Number.isInteger(code)) throw new SyntaxError('an answer without `error_code`')
  return { errorCode: code, data: answer['data'] ?? null }
}

/** Index behind the brace that closes the one at `start`. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0
  let quoted = false
  for (let at = start; at < text.length; at += 1) {
    const char = text[at]
    if (quoted) {
      if (char === '\\') at += 1
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '{') depth += 1
    else if (char === '}' && --depth === 0) return at + 1
  }
  return undefined
}
