import type { Span } from '../diagnostics/diagnostic.ts'

/** A value with its place in a file. Keys are strings and unique. */
export type Node = ScalarNode | ListNode | MapNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly span: Span
  readonly quoted: boolean
  /** As it stands in the file: `012` for the number 12. */
  readonly written: string
  /** It was refused, which was reported: nothing more is said about it. */
  readonly refused?: true
  /** The file offset of the character at `index` of a string value, through quotes, escapes and folded lines. */
  readonly offsetOf: (index: number) => number
}

export interface ListNode {
  readonly kind: 'list'
  readonly span: Span
  readonly items: readonly Node[]
}

export interface MapNode {
  readonly kind: 'map'
  readonly span: Span
  readonly entries: ReadonlyMap<string, Entry>
}

export interface Entry {
  readonly keySpan: Span
  readonly value: Node
}

/** The entry's value, where `node` is a map that has it. */
export function member(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined
}

/** The string, where `node` is one. */
export function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}

/** The entries, where `node` is a map. */
export function entriesOf(node: Node | undefined): readonly (readonly [string, Entry])[] {
  return node?.kind === 'map' ? [...node.entries] : []
}

/** The items, where `node` is a list. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : []
}
