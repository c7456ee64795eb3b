import type { Block, Entry, Leaf, Runbook } from '../document/runbook.ts'
import { blocksAround, walkEntries } from '../document/walk-entries.ts'
import { evaluate, type Template } from '../expressions/template.ts'
import { type Scope, Unknown, type Value } from '../expressions/value.ts'
import { stepScope } from './step-scope.ts'

/**
 * What is known, at one entry, of what entries ahead of it will see. It stays the same while the run stands there: what runs at the same
 * time is not known, however far it has come.
 *
 * @param scope what the entry itself sees
 * @returns the value of a template of an entry ahead; what reads a step ahead, or an item of another list, is unknown
 */
export function aheadOf(runbook: Runbook, here: Leaf, scope: Scope): (of: Entry, template: Template) => Value {
  const around = blocksAround(runbook, here.id)
  const steps = stepScope(scope.steps)
  for (const id of idsBeside(around, here.id)) steps[id] = new Unknown([id])
  return (of, template) => {
    const others = blocksAround(runbook, of.id).filter((block) => !around.includes(block))
    const items = others.flatMap((block) =>
      block.kind === 'forEach' ? [[block.as, new Unknown([`each ${block.as}`])] as const] : [],
    )
    try {
      return evaluate(template, { ...scope, steps, locals: { ...scope.locals, ...Object.fromEntries(items) } })
    } catch {
      return new Unknown(['what goes before']) // reads what was skipped; if it is reached, it fails with its place
    }
  }
}

/** Ids of everything in the other branches of the `parallel` blocks around. */
function idsBeside(around: readonly Block[], id: string): readonly string[] {
  const way = new Set([...around.map((block) => block.id), id])
  return around.flatMap((block) =>
    block.kind === 'parallel' && !block.finally.some((entry) => way.has(entry.id))
      ? [...walkEntries(block.entries.filter((branch) => !way.has(branch.id)))].map((entry) => entry.id)
      : [],
  )
}
