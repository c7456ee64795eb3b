import type { Report } from '../diagnostics/collector.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { entriesOf, member, stringOf, type Node } from '../expressions/node.ts'
import type { Catalog } from './catalog.ts'
import type { BindingDeclaration } from './runbook.ts'

/** Reads the `bindings:` of a runbook, whose grammar was checked before. */
export function readBindings(
  node: Node | undefined,
  { bindingKinds }: Catalog,
  report: Report,
): ReadonlyMap<string, BindingDeclaration> {
  const declarations = entriesOf(node).map(([name, { keySpan, value }]) => {
    const kindNode = member(value, 'kind')
    const kind = stringOf(kindNode) ?? ''
    if (kindNode !== undefined && kind !== '') refuseUnknownKind(kindNode, bindingKinds.keys(), report)
    const description = stringOf(member(value, 'description')) ?? ''
    const madeBy = stringOf(member(value, 'madeBy'))
    return [name, { kind, description, madeBy, span: keySpan }] as const
  })
  return new Map(declarations)
}

/** Reports a binding kind that no family has. */
export function refuseUnknownKind(node: Node, known: Iterable<string>, report: Report): void {
  const kind = stringOf(node)
  const names = [...known]
  if (kind === undefined || names.includes(kind)) return
  report({
    code: 'unknown-binding-kind',
    message: `unknown binding kind \`${kind}\``,
    ...suggest(kind, names),
    span: node.span,
  })
}
