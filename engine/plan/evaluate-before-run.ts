import type { Expression } from '../expressions/expression.ts'
import { evaluate, type Template, templateExpressions } from '../expressions/template.ts'
import { type Scope, Unknown, type Value } from '../expressions/value.ts'

/**
 * The value of a template before there is a run: what reads the run's id is unknown like what reads a step, since every run has
 * another one. Everything around it is known.
 *
 * @throws {StepError} `invalid` when an expression has no value
 */
export function evaluateBeforeRun(template: Template, scope: Scope): Value {
  switch (template.kind) {
    case 'literal':
      return template.value
    case 'list':
      return template.items.map((item) => evaluateBeforeRun(item, scope))
    case 'map':
      return Object.fromEntries(
        [...template.members].map(([name, item]) => [name, evaluateBeforeRun(item, scope)] as const),
      )
    case 'expression':
    case 'text':
      return templateExpressions(template).some(readsRunId) ? withoutRunId(template, scope) : evaluate(template, scope)
  }
}

function readsRunId({ references }: Expression): boolean {
  return references.some(({ path: [root, member] }) => root === 'run' && member !== 'runbook')
}

function withoutRunId(template: Template, scope: Scope): Unknown {
  const steps = templateExpressions(template).flatMap(({ waitsFor }) =>
    waitsFor.filter((id) => scope.steps?.[id] === undefined || scope.steps[id] instanceof Unknown),
  )
  return new Unknown([...new Set([...steps, 'run.id'])]) // no step's id holds a dot
}
