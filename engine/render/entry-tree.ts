import type { ListedEntry } from '../run/events.ts'

/** An entry of the runbook with what it holds, and how far it is over all its items. */
export interface EntryNode {
  readonly entry: ListedEntry
  /** Place in document order, from 0. */
  readonly at: number
  readonly isLeaf: boolean
  readonly children: EntryNode[]
  /** The `forEach` whose items it is done for; a leaf of its `finally` turns out to be done once. */
  each: EntryNode | undefined
}

/** The entries of a run by id, which is an address without the items' keys. */
export function entryTree(entries: readonly ListedEntry[]): ReadonlyMap<string, EntryNode> {
  const nodes = new Map<string, EntryNode>()
  for (const [at, entry] of entries.entries()) {
    const parent = entry.parent === undefined ? undefined : nodes.get(entry.parent)
    const each = parent?.entry.uses === 'forEach' ? parent : parent?.each
    const node: EntryNode = { entry, at, isLeaf: !isBlock(entry), children: [], each }
    parent?.children.push(node)
    nodes.set(entry.id, node)
  }
  return nodes
}

/** Whether an entry holds others, by what events and plans say that it uses. */
export function isBlock({ uses }: { readonly uses: string }): boolean {
  return uses === 'group' || uses === 'parallel' || uses === 'forEach'
}

/** The leaves in an entry that are done as often as it is: not those of a `forEach` in it. */
export function leavesOf(node: EntryNode, each = node.each): readonly EntryNode[] {
  if (node.isLeaf) return node.each === each ? [node] : []
  return node.children.flatMap((child) => leavesOf(child, each))
}

/** `createUser` of `createUser[alice]`. */
export function idOf(address: string): string {
  const bracket = address.indexOf('[')
  return bracket === -1 ? address : address.slice(0, bracket)
}
