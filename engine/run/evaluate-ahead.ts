import type { Runbook } from '../document/runbook.ts'
import { entriesOfRunbook } from '../document/walk-entries.ts'
import { evaluate, type Template } from '../expressions/template.ts'
import { type Scope, Unknown, type Value } from '../expressions/value.ts'

/** The value of a template of an entry ahead, as far as it is known now: what reads an item of a list or a step ahead is unknown. */
export function evaluateAhead(runbook: Runbook, template: Template, scope: Scope): Value {
  const items = [...entriesOfRunbook(runbook)].flatMap((entry) =>
    entry.kind === 'forEach' ? [[entry.as, new Unknown([`each ${entry.as}`])] as const] : [],
  )
  try {
    return evaluate(template, { ...scope, locals: { ...Object.fromEntries(items), ...scope.locals } })
  } catch {
    return new Unknown(['what goes before']) // reads what was skipped; if it is reached, it fails with its place
  }
}
