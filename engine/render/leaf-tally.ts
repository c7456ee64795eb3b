import { count } from '../diagnostics/list-names.ts'
import type { Outcome } from '../run/events.ts'
import type { StepName } from '../run/person-request.ts'
import { cutList } from './cut-list.ts'
import { outcomeText, stepText } from './outcome-text.ts'

/** One instance of a leaf that began and did not end well, yet. */
export interface OpenLeaf {
  readonly step: StepName
  /** Known once this process applied it. */
  readonly effectId: string | undefined
}

/** So many items of one entry are named; of more only the number is said. */
const mostNamed = 8

/** How far one entry is over all the items it is done for. What is kept does not grow with them. */
export class LeafTally {
  readonly #step: StepName
  /** How often it is done in all; `undefined`: for items that nobody knows yet. */
  #wanted: number | undefined
  #perItem: boolean
  #skipped = 0
  #undone = 0
  readonly #named = new Map<string, string>()
  readonly #hows = new Map<Outcome, number>()

  constructor(step: StepName, perItem: boolean) {
    this.#step = step
    this.#perItem = perItem
    this.#wanted = perItem ? undefined : 1
  }

  addItems(number: number): void {
    this.#wanted = (this.#wanted ?? 0) + number
  }

  end(step: StepName, how: Outcome): void {
    // the `finally` of a `forEach` stands among what it holds, and is done once
    if (step.id === this.#step.id) this.#perItem = false
    this.#hows.set(how, (this.#hows.get(how) ?? 0) + 1)
    if (this.#named.size < mostNamed) this.#named.set(step.id, `${stepText(step)} (${outcomeText(how)})`)
  }

  skip(): void {
    this.#skipped += 1
  }

  takeBack(step: StepName): void {
    this.#undone += 1
    this.#named.delete(step.id)
  }

  /** `1 rootKey (made)`; of many items `2.1 createUser: 188 items (180 made, 8 found as wanted)`. */
  done(): string[] {
    const ended = this.#ended() - this.#undone
    if (!this.#perItem && this.#skipped > 0) return [`${stepText(this.#step)} (skipped)`]
    if (ended <= this.#named.size) return [...this.#named.values()]
    const hows = [...this.#hows].map(([how, number]) => ({ text: outcomeText(how), number }))
    const how =
      hows.length === 1 ? (hows[0]?.text ?? '') : hows.map(({ text, number }) => `${number} ${text}`).join(', ')
    return [`${stepText(this.#step)}: ${count(ended, 'item')} (${how})`]
  }

  /** `3 signRoot (begun, effect …)`, `4 rootFile`; of items those that were begun, and how many more there are. */
  notDone(open: readonly OpenLeaf[]): string[] {
    const name = stepText(this.#step)
    if (!this.#perItem) {
      if (this.#undone > 0) return [`${name} (taken back)`]
      if (this.#ended() + this.#skipped > 0) return []
      return [open[0] === undefined ? name : openText(open[0])]
    }
    const begun = open.filter(({ effectId }) => effectId !== undefined)
    const ahead = this.#wanted === undefined ? undefined : this.#wanted - this.#ended() - this.#skipped - begun.length
    return [
      ...cutList(begun.map(openText), mostNamed),
      ...(ahead === undefined ? [name] : ahead > 0 ? [`${name}: ${count(ahead, 'item')}`] : []),
      ...(this.#undone > 0 ? [`${name}: ${count(this.#undone, 'item')} taken back`] : []),
    ]
  }

  #ended(): number {
    let sum = 0
    for (const number of this.#hows.values()) sum += number
    return sum
  }
}

function openText({ step, effectId }: OpenLeaf): string {
  return effectId === undefined ? stepText(step) : `${stepText(step)} (begun, effect \`${effectId}\`)`
}
