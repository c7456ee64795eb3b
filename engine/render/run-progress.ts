import type { Outcome, RunEvent } from '../run/events.ts'
import type { StepName } from '../run/person-request.ts'
import { cutList } from './cut-list.ts'
import { entryTree, idOf, leavesOf, type EntryNode } from './entry-tree.ts'
import { LeafTally, type OpenLeaf } from './leaf-tally.ts'
import { stepText } from './outcome-text.ts'

interface Open extends OpenLeaf {
  readonly phase: 'working' | 'sleeping' | 'asking' | 'failed'
}

/** So many are named before a list is cut. */
const mostListed = 40
const mostBusy = 3

/**
 * How far a run is, from its events alone: known at once and without reading, also while the process is told to end. Each event
 * costs the same, and of items that ended no more is kept than how many.
 */
export class RunProgress {
  /** Known once the run started. */
  runId: string | undefined
  #nodes: ReadonlyMap<string, EntryNode> = new Map<string, EntryNode>()
  readonly #tallies = new Map<string, LeafTally>()
  /** Blocks that were skipped or done before: nothing is heard of what they hold. */
  readonly #passed = new Map<string, string>()
  readonly #open = new Map<string, Open>()
  #last: StepName | undefined

  show(event: RunEvent): void {
    switch (event.type) {
      case 'run-started':
        this.runId = event.run
        this.#nodes = entryTree(event.steps)
        for (const { entry, each, isLeaf } of this.#nodes.values())
          if (isLeaf) this.#tallies.set(entry.id, new LeafTally(entry, each !== undefined))
        return
      case 'step-started':
      case 'step-checking':
      case 'person-answered':
      case 'undo-started':
        return this.#enter(event.step, 'working')
      case 'step-applying':
        return this.#enter(event.step, 'working', event.effectId)
      case 'step-waiting':
      case 'step-retrying':
        return this.#enter(event.step, 'sleeping')
      case 'person-needed':
        return this.#enter(event.request.step, 'asking')
      case 'step-failed':
        return this.#enter(event.step, 'failed')
      case 'step-succeeded':
      case 'step-already-done':
        return this.#end(event.step, event.how)
      case 'step-skipped':
        return this.#skip(event.step)
      case 'items-known':
        return this.#addItems(event.step, event.items.length)
      case 'undo-ended':
        this.#open.delete(event.step.id)
        if (event.how === 'undone') this.#tallyOf(event.step)?.takeBack(event.step)
        return
      case 'head':
      case 'block-started':
      case 'block-ended':
      case 'window-short':
      case 'stop-requested':
      case 'run-ended':
        return
    }
  }

  /** `1 rootKey (made)`, in order. */
  done(): string[] {
    const texts: string[] = []
    for (const { entry, isLeaf } of this.#nodes.values()) {
      const passed = this.#passed.get(entry.id)
      if (passed !== undefined) texts.push(`${stepText(entry)} (${passed})`)
      else if (isLeaf) texts.push(...(this.#tallies.get(entry.id)?.done() ?? []))
    }
    return cutList(texts, mostListed)
  }

  /** `3 signRoot (begun, effect …)`, `4 rootFile`, in order. */
  notDone(): string[] {
    const open = new Map<string, Open[]>()
    for (const each of this.#open.values()) {
      const id = idOf(each.step.id)
      const known = open.get(id)
      if (known === undefined) open.set(id, [each])
      else known.push(each)
    }
    const texts: string[] = []
    for (const node of this.#nodes.values())
      if (node.isLeaf && !this.#isPassed(node))
        texts.push(...(this.#tallies.get(node.entry.id)?.notDone(open.get(node.entry.id) ?? []) ?? []))
    return cutList(texts, mostListed)
  }

  /** Where a stop that is asked for now takes effect. */
  safePoint(): string {
    const open = [...this.#open.values()].filter(({ phase }) => phase !== 'failed')
    const busy = open.filter(({ phase }) => phase === 'working')
    if (busy.length > 0) return `after ${namesOf(busy.map(({ step }) => step))}`
    if (open.length > 0) return `at once, in ${namesOf(open.map(({ step }) => step))}`
    return this.#last === undefined ? 'before the first step' : `after ${stepText(this.#last)}`
  }

  #enter(step: StepName, phase: Open['phase'], effectId = this.#open.get(step.id)?.effectId): void {
    this.#open.set(step.id, { step, phase, effectId })
    this.#last = step
  }

  #end(step: StepName, how: Outcome): void {
    this.#open.delete(step.id)
    this.#last = step
    const tally = this.#tallyOf(step)
    if (tally === undefined) this.#pass(step, 'done before')
    else tally.end(step, how)
  }

  #skip(step: StepName): void {
    const tally = this.#tallyOf(step)
    if (tally === undefined) this.#pass(step, 'skipped')
    else tally.skip()
  }

  #pass(step: StepName, how: string): void {
    const node = this.#nodes.get(idOf(step.id))
    if (node === undefined) return
    if (node.each === undefined) this.#passed.set(step.id, how)
    else for (const { entry } of leavesOf(node)) this.#tallies.get(entry.id)?.skip()
  }

  #addItems(step: StepName, number: number): void {
    const node = this.#nodes.get(idOf(step.id))
    for (const child of node?.children ?? [])
      for (const { entry } of leavesOf(child, node)) this.#tallies.get(entry.id)?.addItems(number)
  }

  #tallyOf({ id }: StepName): LeafTally | undefined {
    return this.#tallies.get(idOf(id))
  }

  #isPassed({ entry }: EntryNode): boolean {
    for (let id: string | undefined = entry.id; id !== undefined; id = this.#nodes.get(id)?.entry.parent)
      if (this.#passed.has(id)) return true
    return false
  }
}

function namesOf(steps: readonly StepName[]): string {
  return cutList(steps.map(stepText), mostBusy).join(', ')
}
