import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ServiceError } from './service.ts'

const tokenSchema = Type.Object({ after: Type.String() })

/**
 * Cuts one page out of a list.
 *
 * @param key of an item; a page starts after the item that its token names, so that items may come and go between pages
 * @param refusal error class of a token that this list did not give
 * @throws {ServiceError}
 */
export function pageOf<T>(
  items: readonly T[],
  key: (item: T) => string,
  wanted: { readonly MaxResults?: number; readonly NextToken?: string },
  pageSize: number,
  refusal = 'InvalidNextTokenException',
): { page: readonly T[]; NextToken?: string } {
  const start = wanted.NextToken === undefined ? 0 : startOf(items.map(key), wanted.NextToken, refusal)
  const page = items.slice(start, start + Math.min(wanted.MaxResults ?? pageSize, pageSize))
  const last = page.at(-1)
  if (last === undefined || start + page.length >= items.length) return { page }
  return { page, NextToken: Buffer.from(JSON.stringify({ after: key(last) })).toString('base64') }
}

function startOf(keys: readonly string[], token: string, refusal: string): number {
  const index = keys.indexOf(afterOf(token) ?? '')
  if (index < 0) throw new ServiceError(refusal, 'The NextToken is not valid.')
  return index + 1
}

function afterOf(token: string): string | undefined {
  try {
    return Value.Parse(tokenSchema, JSON.parse(Buffer.from(token, 'base64').toString('utf8'))).after
  } catch {
    return undefined
  }
}
