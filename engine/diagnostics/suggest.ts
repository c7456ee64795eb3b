import { listNames } from './list-names.ts'
import { nearest } from './nearest.ts'

/** The hint for an unknown name: the near one, or all there are when they are few. */
export function suggest(name: string, candidates: Iterable<string>): { readonly hint?: string } {
  const names = [...candidates]
  const near = nearest(name, names)
  if (near !== undefined) return { hint: `did you mean \`${near}\`?` }
  if (names.length === 0 || names.length > 12) return {}
  return { hint: names.length === 1 ? `there is only ${listNames(names, 'and')}` : `use ${listNames(names, 'or')}` }
}
