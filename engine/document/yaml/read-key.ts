import type { ParsedNode } from 'yaml'
import type { Report } from '../../diagnostics/collector.ts'
import type { Span } from '../../diagnostics/diagnostic.ts'
import { spanOf, type Yaml } from './span-of.ts'
import { refuseProperties } from './refuse-yaml-only.ts'

/** The name of an entry; `undefined` for anything but a string, which is reported. */
export function readKey(
  key: ParsedNode,
  yaml: Yaml,
  text: string,
  report: Report,
): { readonly name: string; readonly span: Span } | undefined {
  const span = spanOf(key.range)
  if (!yaml.isScalar(key)) {
    const expression = text.startsWith('{{', span.start - 1) || text.startsWith('${{', span.start - 1)
    const hint = expression ? 'put the expression in quotes' : 'use plain text as key'
    report({ code: 'wrong-key', message: 'a key must be a string', hint, span })
    return undefined
  }
  refuseProperties(key, text, report)
  if (key.value === '<<' && key.type === 'PLAIN') {
    const hint = 'write the entries out, so that a reviewer sees them'
    report({ code: 'merge-key', message: 'merge key `<<` is not allowed', hint, span })
    return undefined
  }
  if (typeof key.value === 'string') return { name: key.value, span }
  const written = text.slice(span.start, span.end)
  const hint = `write \`"${written}"\``
  report({ code: 'wrong-key', message: `a key must be a string, found \`${written}\``, hint, span })
  return undefined
}
