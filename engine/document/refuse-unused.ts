import type { Report } from '../diagnostics/collector.ts'
import { nearest } from '../diagnostics/nearest.ts'
import { entriesOf, member, stringOf } from '../expressions/node.ts'
import { templateExpressions, type Template } from '../expressions/template.ts'
import type { EntryOutline } from './outline-entries.ts'
import type { BindingDeclaration, InputDeclaration } from './runbook.ts'

/**
 * Reports inputs that no expression reads.
 *
 * @param brokenText the file's text when some expression could not be compiled; what it may have meant counts as read
 */
export function refuseUnusedInputs(
  inputs: ReadonlyMap<string, InputDeclaration>,
  templates: readonly Template[],
  brokenText: string | undefined,
  report: Report,
): void {
  const references = templates.flatMap(templateExpressions).flatMap((expression) => expression.references)
  if (references.some(({ path }) => path[0] === 'inputs' && path.length === 1)) return
  const used = new Set(
    references.flatMap(({ path: [root, name] }) => (root === 'inputs' && name !== undefined ? [name] : [])),
  )
  for (const [, name = ''] of brokenText?.matchAll(/\binputs\s*[.[]["']?\s*([A-Za-z0-9_]+)/g) ?? []) {
    used.add(inputs.has(name) ? name : (nearest(name, inputs.keys()) ?? name))
  }
  for (const [name, { span }] of inputs) {
    if (used.has(name)) continue
    report({
      code: 'unused-input',
      message: `input \`${name}\` is not used`,
      hint: 'remove it, or use it in a step',
      span,
    })
  }
}

/** Reports bindings that are no step's target. A misspelt target counts as the binding it is near to. */
export function refuseUnusedBindings(
  bindings: ReadonlyMap<string, BindingDeclaration>,
  steps: readonly EntryOutline[],
  report: Report,
): void {
  const named = steps.flatMap(({ node }) => {
    const target = member(node, 'target')
    return [target, ...entriesOf(target).map(([, { value }]) => value)].flatMap((part) => stringOf(part) ?? [])
  })
  const used = new Set(named.map((name) => (bindings.has(name) ? name : nearest(name, bindings.keys()))))
  for (const [name, { span }] of bindings) {
    if (used.has(name)) continue
    report({
      code: 'unused-binding',
      message: `binding \`${name}\` is not used`,
      hint: 'remove it, or make it the target of a step',
      span,
    })
  }
}
