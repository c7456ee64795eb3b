import type { Report } from '../diagnostics/collector.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { entriesOf, member, stringOf, type Node } from '../expressions/node.ts'
import { templateExpressions } from '../expressions/template.ts'
import { chainOf, inSameParallel, isConditional } from './entry-visibility.ts'
import type { EntryOutline } from './outline-entries.ts'
import type { Entry } from './runbook.ts'
import { walkEntries } from './walk-entries.ts'

interface Checking {
  readonly all: ReadonlyMap<string, EntryOutline>
  /** The entries that could be read. */
  readonly entries: readonly Entry[]
  readonly report: Report
}

/**
 * Checks each `madeBy` under `bindings:`: the maker is one entry that can make something, and whatever acts on the binding comes
 * after it and not without it.
 */
export function checkMadeBindings(node: Node | undefined, checking: Checking): void {
  for (const [name, { value }] of entriesOf(node)) {
    const madeBy = member(value, 'madeBy')
    const maker = madeBy === undefined ? undefined : makerAt(name, madeBy, checking)
    if (maker === undefined) continue
    for (const at of checking.all.values())
      for (const target of targetsOf(at)) if (stringOf(target) === name) checkUse(name, maker, at, target, checking)
  }
}

function makerAt(binding: string, madeBy: Node, { all, report }: Checking): EntryOutline | undefined {
  const id = stringOf(madeBy) ?? ''
  if (!/^[a-z][A-Za-z0-9]*$/.test(id)) return undefined // no id: the grammar has reported it
  const maker = all.get(id)
  const { span } = madeBy
  if (maker === undefined) {
    report({ code: 'unknown-step', message: `unknown step \`${id}\``, ...suggest(id, all.keys()), span })
    return undefined
  }
  const { kind } = maker
  if (kind !== undefined && !makers.includes(kind)) {
    const message = `wanted an entry that makes \`${binding}\`: a step, a script or \`manual\`; \`${id}\` is \`${kind}\``
    report({ code: 'wrong-value', message, span })
    return undefined
  }
  const loop = chainOf(maker).find((block) => block.kind === 'forEach')
  if (loop === undefined) return maker
  const message = `\`${id}\` is done for each item of \`${loop.id}\`: none of them alone makes \`${binding}\``
  report({ code: 'inside-for-each', message, hint: `make it outside of \`${loop.id}\``, span })
  return undefined
}

const makers: readonly string[] = ['uses', 'script', 'manual']

/** The names of the bindings that an entry acts on, where they stand. */
export function targetsOf({ node }: EntryOutline): readonly Node[] {
  const target = member(node, 'target')
  if (target === undefined) return []
  return target.kind === 'map' ? entriesOf(target).map(([, { value }]) => value) : [target]
}

function checkUse(
  binding: string,
  maker: EntryOutline,
  at: EntryOutline,
  { span }: Node,
  { entries, report }: Checking,
): void {
  const here = `step \`${at.id}\` (${at.number}) acts on \`${binding}\``
  const there = `step \`${maker.id}\` (${maker.number})`
  if (at === maker) return report({ code: 'later-step', message: `${here}, which it makes itself`, span })
  if (inSameParallel(at, maker))
    return report({ code: 'later-step', message: `${here}, which ${there} makes at the same time`, span })
  if (maker.index > at.index) {
    const hint = `move \`${maker.id}\` before \`${at.id}\``
    return report({ code: 'later-step', message: `${here}, which ${there} makes later`, hint, span })
  }
  if (!isConditional(at, maker) || isGuarded(at, maker.id, entries)) return
  const hint = `write \`when: \${{ has(steps.${maker.id}.outputs) }}\``
  report({ code: 'may-be-absent', message: `${here}, which may be absent where ${there} was not done`, hint, span })
}

/** Whether a condition of the entry, or of a block around it, asks whether the maker was done. */
function isGuarded(at: EntryOutline, maker: string, entries: readonly Entry[]): boolean {
  const around = new Set(chainOf(at).map(({ id }) => id))
  return [...walkEntries(entries)].some(
    ({ id, when }) =>
      around.has(id) &&
      when !== undefined &&
      templateExpressions(when).some(({ references }) =>
        references.some(({ path: [root, step], asked }) => root === 'steps' && step === maker && asked),
      ),
  )
}
