import { decodeEntry, noHash, type PlacedEntry } from './entry.ts'
import { JournalError } from './journal-error.ts'

/**
 * At most so many bytes are written at once, unless one line alone is longer. So whatever may not be durable although it can be read
 * lies within so many bytes of the end, or is the last line.
 */
export const largestGroup = 1 << 18

/** The end of a journal. */
export interface JournalEnd {
  /** Its last bytes that are whole lines' and may not be durable; see {@link largestGroup}. */
  readonly tail: Piece
  /** What stands behind the last whole line: the write of a crash, which never returned; empty when nothing does. */
  readonly torn: Piece
}

export interface Piece {
  readonly offset: number
  readonly bytes: Buffer
}

/**
 * Checks a journal as its bytes come: each line's hash and its place in the chain. It keeps the last bytes and no more.
 *
 * The steps are those of "Recovery" in engine/run/README.md.
 */
export class Scanner {
  readonly #path: string
  readonly #visit: (entry: PlacedEntry) => void
  /** Chunks that hold the end of the journal so far. */
  #recent: Piece[] = []
  #size = 0
  /** Where the line begins that has no line feed yet. */
  #lineAt = 0
  /** Where the last whole line begins, and where it ends. */
  #lastAt = 0
  #wholeTo = 0
  #seq = 0
  #prev = noHash
  #torn: { readonly why: string; lines: number } | undefined

  constructor(path: string, visit: (entry: PlacedEntry) => void) {
    this.#path = path
    this.#visit = visit
  }

  /** Where the whole lines end. */
  get wholeTo(): number {
    return this.#wholeTo
  }

  /** @throws {JournalError} `damaged`, `newer` */
  feed(chunk: Buffer): void {
    const chunkAt = this.#size
    this.#recent.push({ offset: chunkAt, bytes: chunk })
    this.#size += chunk.length
    for (let feed = chunk.indexOf(10); feed !== -1; feed = chunk.indexOf(10, feed + 1)) {
      const from = this.#lineAt
      this.#lineAt = chunkAt + feed + 1
      this.#take(from >= chunkAt ? chunk.subarray(from - chunkAt, feed) : this.#piece(from, chunkAt + feed), from)
    }
    const needed = Math.min(this.#lastAt, this.#size - largestGroup)
    while (this.#recent[0] !== undefined && this.#recent[0].offset + this.#recent[0].bytes.length <= needed)
      this.#recent.shift()
  }

  /**
   * Forgets what stands behind the whole lines: it is being written, or was cut off. Goes on with what is fed from
   * {@link wholeTo} on.
   */
  forgetTorn(): void {
    this.#recent = []
    this.#size = this.#wholeTo
    this.#lineAt = this.#wholeTo
    this.#torn = undefined
  }

  /** @throws {JournalError} `damaged` when what is torn is more than one write, or there is no whole line */
  end(): JournalEnd {
    // the first line is durable before the file appears, so a file without one was not cut by a crash
    if (this.#seq === 0) throw this.#damaged(this.#torn?.why ?? 'it has no whole line')
    const tornLines = (this.#torn?.lines ?? 0) + (this.#lineAt < this.#size ? 1 : 0)
    if (this.#torn !== undefined && tornLines > 1 && this.#size - this.#wholeTo > largestGroup)
      throw this.#damaged(this.#torn.why)
    const from = Math.max(0, Math.min(this.#lastAt, this.#wholeTo - largestGroup))
    return {
      tail: { offset: from, bytes: this.#piece(from, this.#wholeTo) },
      torn: { offset: this.#wholeTo, bytes: this.#piece(this.#wholeTo, this.#size) },
    }
  }

  #take(line: Buffer, offset: number): void {
    const entry = decodeEntry(line, offset)
    if ('damage' in entry) {
      if (entry.otherFormat)
        throw new JournalError('newer', `journal \`${this.#path}\`, line ${this.#seq + 1}: ${entry.damage}`)
      this.#torn ??= { why: entry.damage, lines: 0 }
      this.#torn.lines += 1
      return
    }
    if (this.#torn !== undefined) {
      // it was written at once with the bad line, so neither was ever synced; a later write means that the bad line was
      if (entry.group !== undefined && entry.group <= this.#seq && this.#seq < entry.seq) return
      throw this.#damaged(this.#torn.why)
    }
    if (entry.seq !== this.#seq || !entry.follows(this.#prev))
      throw this.#damaged('it does not follow the line before it')
    this.#visit(entry)
    this.#seq += 1
    this.#prev = entry.hash
    this.#lastAt = offset
    this.#wholeTo = this.#lineAt
  }

  #piece(from: number, to: number): Buffer {
    const parts = this.#recent.flatMap(({ offset, bytes }) =>
      offset < to && offset + bytes.length > from ? [bytes.subarray(Math.max(0, from - offset), to - offset)] : [],
    )
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
  }

  #damaged(why: string): JournalError {
    const place = `line ${this.#seq + 1} (from byte ${this.#wholeTo} on)`
    return new JournalError('damaged', `journal \`${this.#path}\` is damaged at ${place}: ${why}`)
  }
}
