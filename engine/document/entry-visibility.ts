import { member } from '../expressions/node.ts'
import { stringOf } from '../expressions/node.ts'
import type { Refusal } from '../expressions/scope-types.ts'
import type { EntryOutline } from './outline-entries.ts'

/** What expressions of one entry may read of the others. `at` is `undefined` for the outputs of the runbook. */
export interface Visibility {
  readonly refuse: (path: readonly string[]) => Refusal | undefined
  /** Whether what a path leads to may not be there when the entry runs, although the path exists. */
  readonly mayBeAbsent: (path: readonly string[]) => boolean
}

export function visibilityAt(all: ReadonlyMap<string, EntryOutline>, at: EntryOutline | undefined): Visibility {
  return {
    refuse([root, id, ...rest]) {
      const found = root === 'steps' && id !== undefined && rest.length === 0 ? all.get(id) : undefined
      return found === undefined ? undefined : refusalOf(at, found)
    },
    mayBeAbsent([root, id, member_, ...rest]) {
      if (root !== 'steps' || id === undefined || member_ !== 'outputs' || rest.length > 0) return false
      const found = all.get(id)
      return found !== undefined && isConditional(at, found)
    },
  }
}

function refusalOf(at: EntryOutline | undefined, found: EntryOutline): Refusal | undefined {
  if (at !== undefined && found === at)
    return { code: 'later-step', message: `step \`${at.id}\` (${at.number}) refers to its own outputs` }
  const above = chainOf(at)
  if (at !== undefined && above.includes(found))
    return { code: 'later-step', message: `step \`${at.id}\` (${at.number}) refers to \`${found.id}\`, which holds it` }
  const loop = chainOf(found).find((block) => block.kind === 'forEach' && block !== found && !above.includes(block))
  if (loop !== undefined)
    return {
      code: 'inside-for-each',
      message: `\`${found.id}\` is done for each item of \`${loop.id}\``,
      hint: `read \`steps.${loop.id}.outputs.items\``,
    }
  if (at === undefined) return undefined
  const here = `step \`${at.id}\` (${at.number})`
  const there = `step \`${found.id}\` (${found.number})`
  if (inSameParallel(at, found))
    return { code: 'later-step', message: `${here} refers to ${there}, which runs at the same time` }
  if (found.index < at.index) return undefined
  return {
    code: 'later-step',
    message: `${here} refers to ${there}, which runs later`,
    hint: `move \`${found.id}\` before \`${at.id}\``,
  }
}

/** The entry and the blocks around it, innermost first. */
export function chainOf(outline: EntryOutline | undefined): readonly EntryOutline[] {
  const chain: EntryOutline[] = []
  for (let each = outline; each !== undefined; each = each.parent) chain.push(each)
  return chain
}

export function inSameParallel(at: EntryOutline, found: EntryOutline): boolean {
  const above = chainOf(at)
  const branch = chainOf(found).find((each) => each.parent?.kind === 'parallel' && above.includes(each.parent))
  const mine = above.find((each) => each.parent !== undefined && each.parent === branch?.parent)
  return branch !== undefined && mine !== undefined && branch !== mine && !branch.last && !mine.last
}

/** Skipped or failed on the way, seen from a place that the same condition does not guard. */
export function isConditional(at: EntryOutline | undefined, found: EntryOutline): boolean {
  const above = chainOf(at)
  const around = chainOf(found).filter((each) => !above.includes(each))
  if (around.some(isSkippable)) return true
  // behind a block's end nothing says how far the block came
  const outermost = around.at(-1)
  return (
    outermost !== undefined && !outermost.last && above.some((each) => each.last && each.parent === outermost.parent)
  )
}

function isSkippable({ node }: EntryOutline): boolean {
  return node.entries.has('when') || stringOf(member(node, 'onFailure')) === 'continue'
}
