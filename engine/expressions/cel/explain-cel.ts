import { suggest } from '../../diagnostics/suggest.ts'
import type { Cel, CelProblem } from './cel.ts'
import type { Refusal } from '../scope-types.ts'

/** What a mistake that CEL found means, in our words. */
export function explainCel({ code, summary }: CelProblem, cel: Cel): Refusal {
  switch (code) {
    case 'no_such_overload': {
      const operation = readable(summary.replace(/^no such overload: /, ''))
      return { code: 'type-mismatch', message: `no such operation: \`${operation}\``, ...conversion(operation) }
    }
    case 'no_matching_overload': {
      const call = readable(/'(.*)'$/.exec(summary)?.[1] ?? summary)
      const name = /([A-Za-z_][A-Za-z0-9_]*)\(/.exec(call)?.[1] ?? call
      const names = new Set(cel.functionNames())
      if (names.has(name)) return { code: 'type-mismatch', message: `no such call: \`${call}\`` }
      const near = suggest(name, names)
      return { code: 'unknown-function', message: `unknown function \`${name}\``, ...near }
    }
    case 'incompatible_ternary_branches':
      return { code: 'type-mismatch', message: 'both sides of `:` must have the same type' }
    case 'heterogeneous_list_element':
    case 'heterogeneous_map_value':
      return { code: 'type-mismatch', message: 'all items must have the same type' }
    case 'unexpected_token':
      return summary.endsWith('EOF')
        ? { code: 'bad-expression', message: 'the expression ends too early' }
        : { code: 'bad-expression', message: plain(summary) }
    case 'unexpected_character':
      return { code: 'bad-expression', message: `unexpected \`${summary.replaceAll("'", '').slice(-1)}\`` }
    case 'no_such_key':
      return { code: 'unknown-member', message: plain(summary) }
    default:
      return {
        code: /^[a-z_]*type|mismatch|predicate/.test(code) ? 'type-mismatch' : 'bad-expression',
        message: plain(summary),
      }
  }
}

function conversion(operation: string): { readonly hint?: string } {
  if (/string/.test(operation)) return { hint: 'convert one side, as in `string(…)` or `int(…)`' }
  if (/int .* double|double .* int/.test(operation)) return { hint: 'convert one side, as in `double(…)`' }
  return {}
}

/** Registered types are called `$path`. */
function readable(text: string): string {
  return text.replaceAll(/\$([A-Za-z0-9_.]+)/g, '$1')
}

/** First letter in lower case, quotes to backquotes. */
function plain(summary: string): string {
  return readable(`${summary.slice(0, 1).toLowerCase()}${summary.slice(1)}`.replaceAll(/'([^']*)'/g, '`$1`'))
}
