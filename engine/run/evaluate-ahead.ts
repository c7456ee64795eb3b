import type { Entry, Leaf, Runbook } from '../document/runbook.ts'
import { entriesOfRunbook, isBlock } from '../document/walk-entries.ts'
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
  const entries = [...runbook.steps, ...runbook.finally]
  const around = blocksAround(entries, here.id)
  const steps = stepScope(scope.steps)
  for (const id of idsBeside(around, here.id)) steps[id] = new Unknown([id])
  return (of, template) => {
    const others = blocksAround(entries, of.id).filter((block) => !around.includes(block))
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

/** The blocks that hold an entry, outermost first. */
function blocksAround(entries: readonly Entry[], id: string): readonly Entry[] {
  for (const entry of entries) {
    if (entry.id === id) return []
    if (!isBlock(entry)) continue
    const inside = [...entry.entries, ...entry.finally]
    if (holds(inside, id)) return [entry, ...blocksAround(inside, id)]
  }
  return []
}

function holds(entries: readonly Entry[], id: string): boolean {
  return [...walkAll(entries)].includes(id)
}

function* walkAll(entries: readonly Entry[]): Generator<string> {
  for (const { id } of entriesOfRunbook({ steps: entries, finally: [] })) yield id
}

/** Ids of everything in the other branches of the `parallel` blocks around. */
function idsBeside(around: readonly Entry[], id: string): readonly string[] {
  return around.flatMap((block) =>
    block.kind === 'parallel' && !holds(block.finally, id)
      ? block.entries
          .filter((branch) => branch.id !== id && !holds([branch], id))
          .flatMap((branch) => [...walkAll([branch])])
      : [],
  )
}
