import { StepError } from '../../../engine/step/errors.ts'
import type { SlotToken } from './protocol.ts'

/** What a token must be. Slots have no say: their numbers and order differ between machines and days. */
export interface TokenSelection {
  readonly label?: string
  readonly serial?: string
  readonly manufacturer?: string
  readonly model?: string
}

const properties = ['label', 'serial', 'manufacturer', 'model'] as const

/**
 * Finds the one token that has all the properties.
 *
 * @throws {StepError} `not-found`, naming the tokens there are; `conflict` when several match, with their serial numbers;
 *   `invalid` when neither label nor serial is given
 */
export function selectToken(tokens: readonly SlotToken[], wanted: TokenSelection): SlotToken {
  if (wanted.label === undefined && wanted.serial === undefined) {
    throw new StepError('invalid', 'token is selected by neither label nor serial number')
  }
  const matching = tokens.filter((token) => properties.every((name) => (wanted[name] ?? token[name]) === token[name]))
  const [first, ...others] = matching
  const words = properties.flatMap((name) => (wanted[name] === undefined ? [] : [`${name} \`${wanted[name]}\``]))
  const description = words.join(' and ')
  if (first === undefined) throw notFound(tokens, wanted, description)
  if (others.length > 0) {
    const serials = matching.map((token) => `\`${token.serial}\``).join(', ')
    throw new StepError('conflict', `${matching.length} tokens have ${description}: serial numbers ${serials}`, {
      hint: 'select the token by its serial number',
    })
  }
  return first
}

function notFound(tokens: readonly SlotToken[], wanted: TokenSelection, description: string): StepError {
  if (tokens.length === 0) return new StepError('not-found', `no token has ${description}; the module shows no token`)
  const found = tokens.map((token) => `\`${token.label}\` (serial \`${token.serial}\`)`).join(', ')
  const near = tokens.find((token) => isNear(token.label, wanted.label) || isNear(token.serial, wanted.serial))
  const details = near ? { hint: `did you mean label \`${near.label}\`, serial \`${near.serial}\`?` } : {}
  return new StepError('not-found', `no token has ${description}; found ${found}`, details)
}

/** One slip of the fingers for each four characters. */
function isNear(found: string, wanted: string | undefined): boolean {
  if (wanted === undefined || wanted.length < 3) return false
  return distance(found.toLowerCase(), wanted.toLowerCase()) <= Math.ceil(wanted.length / 4)
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
