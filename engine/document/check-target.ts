import type { Report } from '../diagnostics/collector.ts'
import { listNames } from '../diagnostics/list-names.ts'
import type { Span } from '../diagnostics/diagnostic.ts'
import { nearest } from '../diagnostics/nearest.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { entriesOf, stringOf, type Node } from '../expressions/node.ts'
import type { StepType } from '../step/step-type.ts'
import type { Catalog } from './catalog.ts'
import type { BindingDeclaration } from './runbook.ts'

export interface TargetContext {
  readonly catalog: Catalog
  readonly bindings: ReadonlyMap<string, BindingDeclaration>
  readonly report: Report
}

/** Checks that a step's target is what its step type acts on. `key` is marked when there is none. */
export function checkTarget(node: Node | undefined, type: StepType, key: Span, context: TargetContext): void {
  const { report } = context
  const wanted = type.target
  if (wanted === undefined) {
    if (node === undefined) return
    return report({
      code: 'meaningless-key',
      message: `\`${type.name}\` acts on no target`,
      hint: 'leave `target` out',
      span: node.span,
    })
  }
  if (node === undefined) {
    const hint = typeof wanted === 'string' ? `name a binding that gives \`${wanted}\`` : `give ${rolesText(wanted)}`
    return report({ code: 'missing-target', message: `\`${type.name}\` needs a \`target\``, hint, span: key })
  }
  if (typeof wanted === 'string') {
    if (node.kind === 'scalar') return checkBinding(node, wanted, context)
    return report({ code: 'wrong-type', message: `wanted one binding name, found a ${node.kind}`, span: node.span })
  }
  if (node.kind !== 'map') {
    const message = `\`${type.name}\` acts on several targets; wanted ${rolesText(wanted)}`
    return report({
      code: 'wrong-type',
      message,
      hint: `write \`target: {${Object.keys(wanted)
        .map((role) => `${role}: …`)
        .join(', ')}}\``,
      span: node.span,
    })
  }
  for (const [role, { keySpan, value }] of entriesOf(node)) {
    const capability = wanted[role]
    if (capability === undefined)
      report({
        code: 'unknown-role',
        message: `\`${type.name}\` has no target \`${role}\``,
        ...suggest(role, Object.keys(wanted)),
        span: keySpan,
      })
    else checkBinding(value, capability, context)
  }
  // A misspelt role is one mistake, not two.
  const meant = new Set([...node.entries.keys()].map((role) => nearest(role, Object.keys(wanted))))
  const missing = Object.keys(wanted).filter((role) => !meant.has(role))
  if (missing.length > 0)
    report({ code: 'missing-target', message: `target ${listNames(missing, 'and')} is missing`, span: key })
}

function rolesText(roles: Readonly<Record<string, string>>): string {
  return Object.entries(roles)
    .map(([role, capability]) => `\`${role}\` (${capability})`)
    .join(', ')
}

function checkBinding(node: Node, capability: string, { catalog, bindings, report }: TargetContext): void {
  const name = stringOf(node)
  // Not a string, or no id: the grammar has reported it.
  if (name === undefined || !/^[a-z][A-Za-z0-9]*$/.test(name)) return
  const binding = bindings.get(name)
  if (binding === undefined) {
    return report({
      code: 'unknown-binding',
      message: `unknown binding \`${name}\``,
      ...suggest(name, bindings.keys()),
      span: node.span,
    })
  }
  const kind = catalog.bindingKinds.get(binding.kind)
  if (kind === undefined || kind.provides === capability) return
  const message = `wanted a binding that gives \`${capability}\`; \`${name}\` is of kind \`${kind.name}\`, which gives \`${kind.provides}\``
  const fitting = [...bindings].filter(
    ([, { kind: other }]) => catalog.bindingKinds.get(other)?.provides === capability,
  )
  const hint =
    fitting.length === 0
      ? {}
      : {
          hint: `use ${listNames(
            fitting.map(([other]) => other),
            'or',
          )}`,
        }
  report({ code: 'wrong-target', message, ...hint, span: node.span })
}
