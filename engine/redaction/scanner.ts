import type { Automaton, Pattern } from './automaton.ts'
import { beginsToken, endsToken, leftContextLength } from './token-border.ts'

/** A part of a text, offsets into {@link Scanner}'s kept text, end exclusive. */
interface Found {
  start: number
  readonly end: number
  /** The longest pattern in it, which it is called after. */
  readonly pattern: Pattern
}

/**
 * Replaces patterns in a text that comes in chunks. Where patterns overlap, all that they cover goes, under the name of the longest.
 *
 * Text is kept until no pattern can begin in it any more, and a little longer as context of what follows.
 */
export class Scanner {
  #automaton: Automaton
  #kept = ''
  /** How much of `#kept` was given out. */
  #given = 0
  /** How much of it was read. */
  #read = 0
  #state = 0
  /** Parts to replace, in order, that do not overlap. */
  #found: Found[] = []
  /** Whole tokens that end where reading is: what comes next decides. */
  #undecided: Found[] = []

  /** @param before what was given out before the text */
  constructor(automaton: Automaton, before = '') {
    this.#automaton = automaton
    this.#kept = before
    this.#given = before.length
    this.#read = before.length
  }

  /** Looks for other patterns from now on, also in what was not given out yet. */
  use(automaton: Automaton): void {
    if (automaton === this.#automaton) return
    this.#automaton = automaton
    this.#read = this.#given
    this.#state = 0
    this.#found = []
    this.#undecided = []
  }

  /** @returns what is certain by now */
  write(chunk: string): string {
    this.#kept += chunk
    this.#scan()
    const undecided = this.#undecided.reduce((least, { start }) => Math.min(least, start), this.#read)
    const safe = Math.min(undecided, this.#read - this.#automaton.beginning(this.#state))
    const text = this.#giveOut(safe)
    const context = Math.max(0, this.#given - leftContextLength)
    this.#forget(context)
    return text
  }

  /** @returns the rest; what is written after it is another text */
  end(): string {
    this.#decide('')
    const text = this.#giveOut(this.#kept.length)
    this.#forget(this.#kept.length)
    this.#state = 0
    return text
  }

  #scan(): void {
    const [text, automaton] = [this.#kept, this.#automaton]
    for (; this.#read < text.length; this.#read += 1) {
      const unit = text.charCodeAt(this.#read)
      if (this.#undecided.length > 0) this.#decide(text.charAt(this.#read))
      if (this.#state === 0 && !automaton.begins(unit)) continue // nearly all of an ordinary text
      this.#state = automaton.next(this.#state, unit)
      this.#look()
    }
  }

  #look(): void {
    const end = this.#read + 1
    for (const pattern of this.#automaton.endingAt(this.#state)) {
      const start = end - pattern.text.length
      if (!pattern.whole) return this.#add({ start, end, pattern }) // covers the shorter ones
      const before = this.#kept.slice(Math.max(0, start - leftContextLength), start)
      if (beginsToken(before, pattern.text.charAt(0))) this.#undecided.push({ start, end, pattern })
    }
  }

  #decide(after: string): void {
    for (const found of this.#undecided) if (endsToken(found.pattern.text.slice(-1), after)) this.#add(found)
    this.#undecided = []
  }

  /** Ends come in order, so that only the last parts can overlap a new one. */
  #add(found: Found): void {
    let { start, pattern } = found
    for (let last = this.#found.at(-1); last !== undefined && last.end > start; last = this.#found.at(-1)) {
      this.#found.pop()
      start = Math.min(start, last.start)
      if (last.pattern.text.length >= pattern.text.length) pattern = last.pattern
    }
    this.#found.push({ start, end: found.end, pattern })
  }

  /** Gives out what lies before `safe`, parts to replace only as a whole. */
  #giveOut(safe: number): string {
    let text = ''
    let done = 0
    for (const { start, end, pattern } of this.#found) {
      if (end > safe) break
      text += `${this.#kept.slice(this.#given, start)}[secret ${pattern.reference}]`
      this.#given = end
      done += 1
    }
    this.#found = this.#found.slice(done)
    const until = Math.max(this.#given, Math.min(safe, this.#found[0]?.start ?? safe))
    text += this.#kept.slice(this.#given, until)
    this.#given = until
    return text
  }

  /** Drops the first `length` code units of what is kept. */
  #forget(length: number): void {
    if (length === 0) return
    this.#kept = this.#kept.slice(length)
    this.#given -= length
    this.#read -= length
    const moved = ({ start, end, pattern }: Found): Found => ({ start: start - length, end: end - length, pattern })
    this.#found = this.#found.map(moved)
    this.#undecided = this.#undecided.map(moved)
  }
}
