import type { ListedEntry } from '../run/events.ts'
import { entryTree, idOf, leavesOf, type EntryNode } from './entry-tree.ts'

/** What is counted of an entry, over all its items. */
interface Counted {
  /** How often a leaf is done in all, as far as known; how many items a `forEach` has. */
  wanted: number
  /** A `forEach`: its items are known. */
  known: boolean
  ended: number
  running: number
  /** Sum of the moments at which what runs began. */
  beganAt: number
  /** How many leaves in a `forEach` ever ran at once. */
  lanes: number
}

/** What a run has done and has ahead. Each event costs the same, however many entries and items there are. */
export class RemainingWork {
  readonly #nodes: ReadonlyMap<string, EntryNode>
  readonly #counted = new Map<EntryNode, Counted>()
  #done = 0
  #total = 0
  #unknown = 0
  /** Place of the first entry that nothing was heard of, nor of any behind it. */
  #ahead = 0

  constructor(entries: readonly ListedEntry[]) {
    this.#nodes = entryTree(entries)
    for (const node of this.#nodes.values()) {
      const once = node.each === undefined
      this.#counted.set(node, {
        ...{ wanted: node.isLeaf && once ? 1 : 0, known: false, ended: 0, running: 0, beganAt: 0, lanes: 1 },
      })
      if (node.isLeaf && once) this.#total += 1
      if (node.entry.uses === 'forEach') this.#unknown += 1
    }
  }

  /** Leaves done and leaves in all; `more`: there are items nobody knows yet. */
  get counts(): { readonly done: number; readonly total: number; readonly more: boolean } {
    return { done: this.#done, total: this.#total, more: this.#unknown > 0 }
  }

  /** Whether it is done for each item of a list. */
  hasItems(address: string): boolean {
    return this.#nodes.get(idOf(address))?.entry.uses === 'forEach'
  }

  begin(address: string, now: number): void {
    const found = this.#leafAt(address)
    if (found === undefined) return
    const { node, counted } = found
    counted.running += 1
    counted.beganAt += now
    const each = this.#of(node.each)
    if (each === undefined) return
    each.running += 1
    each.lanes = Math.max(each.lanes, each.running)
  }

  /** @param since when it began; `undefined`: it did not, it was done before */
  end(address: string, since: number | undefined): void {
    const node = this.#nodes.get(idOf(address))
    if (node === undefined) return
    this.#ahead = Math.max(this.#ahead, node.at + 1)
    if (!node.isLeaf) return this.#endBlock(node, 1)
    const found = this.#leafAt(address)
    if (found === undefined) return
    if (since !== undefined) this.#stopped(found.node, found.counted, since)
    found.counted.ended += 1
    this.#done += 1
  }

  /** It failed: it is not done, and nothing of it is ahead. */
  fail(address: string, since: number | undefined): void {
    const found = this.#leafAt(address)
    if (found === undefined) return
    if (since !== undefined) this.#stopped(found.node, found.counted, since)
    found.counted.ended += 1
  }

  skip(address: string): void {
    const node = this.#nodes.get(idOf(address))
    if (node === undefined) return
    this.#ahead = Math.max(this.#ahead, node.at + 1)
    this.#endBlock(node, 0)
  }

  items(address: string, number: number): void {
    const node = this.#nodes.get(idOf(address))
    const counted = this.#of(node)
    if (node === undefined || counted === undefined) return
    this.#learn(counted)
    counted.wanted += number
    for (const leaf of node.children.flatMap((child) => leavesOf(child, node))) {
      const of = this.#of(leaf)
      if (of !== undefined) of.wanted += number
      this.#total += number
    }
  }

  /** How long what is ahead typically takes; `atLeast`: there are items nobody knows yet. */
  left(now: number): { readonly ms: number; readonly atLeast: boolean } {
    let ms = 0
    for (const node of this.#nodes.values()) if (node.entry.parent === undefined) ms += this.#leftOf(node, now)
    return { ms, atLeast: this.#unknown > 0 }
  }

  /** The next leaves in document order that nothing was heard of. */
  ahead(most: number): readonly ListedEntry[] {
    const next: ListedEntry[] = []
    if (most === 0) return next
    this.#order ??= [...this.#nodes.values()]
    for (let at = this.#ahead; at < this.#order.length && next.length < most; at += 1) {
      const node = this.#order[at]
      if (node?.isLeaf === true) next.push(node.entry)
    }
    return next
  }

  #order: readonly EntryNode[] | undefined

  #of(node: EntryNode | undefined): Counted | undefined {
    return node === undefined ? undefined : this.#counted.get(node)
  }

  #leafAt(address: string): { readonly node: EntryNode; readonly counted: Counted } | undefined {
    const node = this.#nodes.get(idOf(address))
    const counted = this.#of(node)
    if (node === undefined || counted === undefined || !node.isLeaf) return undefined
    this.#ahead = Math.max(this.#ahead, node.at + 1)
    if (node.each !== undefined && keysIn(address) < depthOf(node)) {
      this.#total -= Math.max(0, counted.wanted - 1)
      counted.wanted = 1
      node.each = node.each.each
    }
    return { node, counted }
  }

  #stopped(node: EntryNode, counted: Counted, since: number): void {
    counted.running -= 1
    counted.beganAt -= since
    const each = this.#of(node.each)
    if (each !== undefined) each.running -= 1
  }

  /** Nothing more will be heard of what is in it. */
  #endBlock(node: EntryNode, done: 0 | 1): void {
    const counted = this.#of(node)
    if (counted === undefined) return
    for (const leaf of leavesOf(node)) {
      const of = this.#of(leaf)
      if (of === undefined) continue
      if (done === 1) of.ended += 1
      else of.wanted -= 1
    }
    const leaves = leavesOf(node).length
    if (done === 1) this.#done += leaves
    else this.#total -= leaves
    this.#learnAll(node)
  }

  #learnAll(node: EntryNode): void {
    const counted = this.#of(node)
    if (node.entry.uses === 'forEach' && counted !== undefined) this.#learn(counted)
    for (const child of node.children) this.#learnAll(child)
  }

  #learn(counted: Counted): void {
    if (!counted.known) this.#unknown -= 1
    counted.known = true
  }

  #leftOf(node: EntryNode, now: number): number {
    const counted = this.#of(node)
    if (counted === undefined) return 0
    const { wanted, ended, running, beganAt, lanes } = counted
    if (node.isLeaf) {
      const ahead = Math.max(0, wanted - ended) * node.entry.estimateMs
      return Math.max(0, ahead - Math.min(running * node.entry.estimateMs, running * now - beganAt))
    }
    const inside = node.children.map((child) => this.#leftOf(child, now))
    if (node.entry.uses === 'parallel') return inside.reduce((longest, ms) => Math.max(longest, ms), 0)
    return inside.reduce((sum, ms) => sum + ms, 0) / lanes
  }
}

function keysIn(address: string): number {
  return address.split('[').length - 1
}

/** How many `forEach` an entry is in. */
function depthOf({ each }: EntryNode): number {
  return each === undefined ? 0 : 1 + depthOf(each)
}
