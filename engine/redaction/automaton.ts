import type { Form } from './secret-forms.ts'

/** A form that the automaton looks for, and what it gives away. */
export interface Pattern extends Form {
  /** The reference of the secret. */
  readonly reference: string
}

/**
 * Finds many patterns in one pass over a text (Aho and Corasick, 1975). A state is a number, 0 at the beginning; it stands for the
 * longest end of the text so far that some pattern begins with.
 *
 * Nodes are kept in parallel arrays, children as linked lists: most have one child, and a private key makes many thousands.
 */
export class Automaton {
  readonly #unit: number[] = [0]
  readonly #child: number[] = [0]
  readonly #sibling: number[] = [0]
  readonly #depth: number[] = [0]
  readonly #pattern: (Pattern | undefined)[] = [undefined]
  /** Where to go on when no child fits: the longest shorter end of the text that is a node. */
  readonly #failure: number[] = [0]
  /** The nearest node on the way of failures that ends a pattern; 0: none. */
  readonly #shorter: number[] = [0]
  /** Children of the root by code unit. */
  readonly #first = new Uint32Array(0x10000)

  /** @param patterns of two with the same text the first one counts */
  constructor(patterns: Iterable<Pattern>) {
    for (const pattern of patterns) this.#insert(pattern)
    this.#link()
  }

  /** True when some pattern begins with this code unit. */
  begins(unit: number): boolean {
    return this.#first[unit] !== 0
  }

  next(state: number, unit: number): number {
    for (let at = state; at !== 0; at = this.#failure[at] ?? 0) {
      const child = this.#childOf(at, unit)
      if (child !== 0) return child
    }
    return this.#first[unit] ?? 0
  }

  /** How many code units at the end of the text so far may be the beginning of a pattern that is not whole yet. */
  beginning(state: number): number {
    let at = state
    while (at !== 0 && this.#child[at] === 0) at = this.#failure[at] ?? 0
    return this.#depth[at] ?? 0
  }

  /** The patterns that end where the state is, the longest first. */
  *endingAt(state: number): Generator<Pattern> {
    for (let at = state; at !== 0; at = this.#shorter[at] ?? 0) {
      const pattern = this.#pattern[at]
      if (pattern !== undefined) yield pattern
    }
  }

  #insert(pattern: Pattern): void {
    let at = 0
    for (let index = 0; index < pattern.text.length; index += 1) {
      const unit = pattern.text.charCodeAt(index)
      at = this.#childOf(at, unit) || this.#add(at, unit)
    }
    this.#pattern[at] ??= pattern
  }

  #add(parent: number, unit: number): number {
    const made = this.#unit.push(unit) - 1
    this.#child.push(0)
    this.#depth.push((this.#depth[parent] ?? 0) + 1)
    this.#pattern.push(undefined)
    this.#failure.push(0)
    this.#shorter.push(0)
    this.#sibling.push(this.#child[parent] ?? 0)
    this.#child[parent] = made
    if (parent === 0) this.#first[unit] = made
    return made
  }

  #childOf(parent: number, unit: number): number {
    if (parent === 0) return this.#first[unit] ?? 0
    let child = this.#child[parent] ?? 0
    while (child !== 0 && this.#unit[child] !== unit) child = this.#sibling[child] ?? 0
    return child
  }

  /** Level by level, so that what a failure leads to is linked already. */
  #link(): void {
    let level = this.#childrenOf(0)
    while (level.length > 0) {
      const below: number[] = []
      for (const parent of level)
        for (const child of this.#childrenOf(parent)) {
          const failure = this.next(this.#failure[parent] ?? 0, this.#unit[child] ?? 0)
          this.#failure[child] = failure
          this.#shorter[child] = this.#pattern[failure] === undefined ? (this.#shorter[failure] ?? 0) : failure
          below.push(child)
        }
      level = below
    }
  }

  #childrenOf(parent: number): number[] {
    const children: number[] = []
    for (let child = this.#child[parent] ?? 0; child !== 0; child = this.#sibling[child] ?? 0) children.push(child)
    return children
  }
}
