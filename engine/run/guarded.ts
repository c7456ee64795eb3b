import type { Entry, Leaf, Manual, Runbook, Step } from '../document/runbook.ts'
import { isBlock } from '../document/walk-entries.ts'

/** What people are asked at. */
type Gate = Step | Manual

export function isGate(leaf: Leaf): leaf is Gate {
  return (
    (leaf.kind === 'step' || leaf.kind === 'manual') &&
    (leaf.approval !== undefined || leaf.pointOfNoReturn !== undefined)
  )
}

/**
 * The entries that a gate lets through, itself first: those behind it up to the next gate, in its own branch and behind the block
 * around. What runs beside it does not wait for it.
 */
export function guardedBy(runbook: Runbook, gate: Leaf): readonly Leaf[] {
  const guarded: Leaf[] = []
  reachFrom([...runbook.steps, ...runbook.finally], gate.id, guarded)
  return guarded
}

/** @returns whether the end was reached without another gate; `undefined`: the entry is not among these */
function reachFrom(entries: readonly Entry[], id: string, into: Leaf[]): boolean | undefined {
  for (const [at, entry] of entries.entries()) {
    const open = isBlock(entry) ? reachFromInside(entry, id, into) : entry.id === id ? into.push(entry) > 0 : undefined
    if (open !== undefined) return open && reach(entries.slice(at + 1), into)
  }
  return undefined
}

function reachFromInside(block: Extract<Entry, { entries: unknown }>, id: string, into: Leaf[]): boolean | undefined {
  for (const branch of branchesOf(block)) {
    const open = reachFrom(branch, id, into)
    if (open !== undefined) return open && reach(block.finally, into)
  }
  return reachFrom(block.finally, id, into)
}

/** @returns false when there is a gate among them, for which what is behind waits */
function reach(entries: readonly Entry[], into: Leaf[]): boolean {
  for (const entry of entries) {
    if (isBlock(entry)) {
      const open = branchesOf(entry).map((branch) => reach(branch, into))
      if (open.includes(false) || !reach(entry.finally, into)) return false
    } else if (isGate(entry)) return false
    else into.push(entry)
  }
  return true
}

/** What comes one after the other. */
function branchesOf(block: Extract<Entry, { entries: unknown }>): readonly (readonly Entry[])[] {
  return block.kind === 'parallel' ? block.entries.map((entry) => [entry]) : [block.entries]
}

/** The gate before a step, with the address that it has for the items which both are in; `undefined`: there is none. */
export function gateBefore(runbook: Runbook, step: Step): Gate | undefined {
  let gates = known.get(runbook)
  if (gates === undefined) {
    known.set(runbook, (gates = new Map<string, Place>()))
    mark([...runbook.steps, ...runbook.finally], undefined, [], gates)
  }
  const place = gates.get(step.id)
  if (place?.last === undefined) return undefined
  const { gate, loops } = place.last
  const shared = loops.filter((loop) => place.loops.includes(loop)).length
  const items = step.address.slice(step.id.length).match(/\[[^\]]*\]/g) ?? [] // keys are percent-encoded
  return { ...gate, address: `${gate.id}${items.slice(0, shared).join('')}` }
}

interface LastGate {
  readonly gate: Gate
  readonly loops: readonly string[]
}

interface Place {
  readonly last: LastGate | undefined
  /** Ids of the `forEach` blocks around, outermost first. */
  readonly loops: readonly string[]
}

/** Asked for at every step. */
const known = new WeakMap<Runbook, Map<string, Place>>()

/** @returns the last gate behind these entries */
function mark(
  entries: readonly Entry[],
  before: LastGate | undefined,
  loops: readonly string[],
  gates: Map<string, Place>,
): LastGate | undefined {
  let last = before
  for (const entry of entries) {
    if (isBlock(entry)) {
      const inside = entry.kind === 'forEach' ? [...loops, entry.id] : loops
      const ends = branchesOf(entry).map((branch) => mark(branch, last, inside, gates))
      last = mark(entry.finally, ends.findLast((end) => end !== last) ?? last, loops, gates)
    } else {
      gates.set(entry.id, { last, loops })
      if (isGate(entry)) last = { gate: entry, loops }
    }
  }
  return last
}
