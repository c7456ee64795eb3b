import type { Block, Entry, Leaf, Runbook } from './runbook.ts'

/** Every entry in document order, a block before what it holds, its `finally` behind that. */
export function* walkEntries(entries: readonly Entry[]): Generator<Entry> {
  for (const entry of entries) {
    yield entry
    if (!isBlock(entry)) continue
    yield* walkEntries(entry.entries)
    yield* walkEntries(entry.finally)
  }
}

/** Every entry of a runbook in document order. */
export function* entriesOfRunbook(runbook: Pick<Runbook, 'steps' | 'finally'>): Generator<Entry> {
  yield* walkEntries(runbook.steps)
  yield* walkEntries(runbook.finally)
}

/** Every entry that does something itself, in document order. */
export function leavesOf(runbook: Runbook): readonly Leaf[] {
  let leaves = known.get(runbook)
  if (leaves === undefined)
    known.set(runbook, (leaves = [...entriesOfRunbook(runbook)].filter((each) => !isBlock(each))))
  return leaves
}

/** Asked for at every step, and never another one. */
const known = new WeakMap<Runbook, readonly Leaf[]>()

/** The blocks that hold an entry, outermost first. */
export function blocksAround(runbook: Runbook, id: string): readonly Block[] {
  let around = knownAround.get(runbook)
  if (around === undefined) {
    around = new Map(aroundEach([...runbook.steps, ...runbook.finally], []))
    knownAround.set(runbook, around)
  }
  return around.get(id) ?? []
}

const knownAround = new WeakMap<Runbook, ReadonlyMap<string, readonly Block[]>>()

function* aroundEach(entries: readonly Entry[], around: readonly Block[]): Generator<[string, readonly Block[]]> {
  for (const entry of entries) {
    yield [entry.id, around]
    if (isBlock(entry)) yield* aroundEach([...entry.entries, ...entry.finally], [...around, entry])
  }
}

export function isBlock(entry: Entry): entry is Block {
  return entry.kind === 'group' || entry.kind === 'parallel' || entry.kind === 'forEach'
}

/** What stands behind `uses:`, or the kind of entry. */
export function usesOf(entry: Entry): string {
  return entry.kind === 'step' ? entry.type.name : entry.kind
}
