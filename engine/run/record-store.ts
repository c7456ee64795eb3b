import { closeSync, openSync, readSync } from 'node:fs'
import { diskRefusal } from '../journal/disk-refusal.ts'
import { decodeEntry, type PlacedEntry } from '../journal/entry.ts'
import { JournalError } from '../journal/journal-error.ts'
import type { Json } from '../step/json.ts'

/** Values whose lines have at most so many bytes, of which some 250 are not the value's, stay in memory. */
const longestInMemory = 768

/** So many bytes of lines that were read back stay in memory. */
const cacheLength = 1 << 22

/** Of a line in the file, in bytes. */
interface Place {
  readonly offset: number
  readonly length: number
}

/**
 * What a journal holds, by key: small values in memory, as JSON; of large ones where their lines stand, read back and checked on demand. So
 * memory grows with the number of records and not with their sizes.
 */
export class RecordStore implements Disposable {
  readonly #path: string
  readonly #records = new Map<string, string | Place>()
  /** Lately read first; in the order of use. */
  readonly #cache = new Map<string, { readonly value: Json; readonly length: number }>()
  #cached = 0
  #file: number | undefined
  /** A line that was read back, until its value is parsed; as long as the longest so far. */
  #scratch = Buffer.alloc(0)

  /** @param path of the journal; it is opened when the first large value is asked for */
  constructor(path: string) {
    this.#path = path
  }

  /** Takes a record that is durable. The first of a key stays. */
  keep(entry: PlacedEntry): void {
    const { key, offset, length } = entry
    if (this.#records.has(key)) return
    this.#records.set(key, length <= longestInMemory ? entry.valueText : { offset, length })
  }

  has(key: string): boolean {
    return this.#records.has(key)
  }

  /**
   * The value that was recorded; a new one at each call where it is small.
   *
   * @throws {JournalError} `read-failed`; `damaged` when its line is not what it was
   */
  get(key: string): Json | undefined {
    const record = this.#records.get(key)
    if (record === undefined) return undefined
    if (typeof record === 'string') return JSON.parse(record) as Json // of JSON.stringify, or of a line whose hash fitted
    const cached = this.#cache.get(key)
    this.#cache.delete(key)
    if (cached !== undefined) this.#cache.set(key, cached)
    return cached === undefined ? this.#readBack(key, record) : cached.value
  }

  #readBack(key: string, place: Place): Json {
    const entry = decodeEntry(this.#bytesAt(place).subarray(0, -1), place.offset)
    if ('damage' in entry || entry.key !== key) {
      const why = 'damage' in entry ? entry.damage : 'it is another line'
      throw new JournalError(
        'damaged',
        `journal \`${this.#path}\` is damaged at byte ${place.offset}, where it was whole before: ${why}`,
      )
    }
    const { value } = entry
    if (place.length > cacheLength) return value
    this.#cache.set(key, { value, length: place.length })
    this.#cached += place.length
    for (const [oldest, { length }] of this.#cache) {
      if (this.#cached <= cacheLength) break
      this.#cache.delete(oldest)
      this.#cached -= length
    }
    return value
  }

  #bytesAt({ offset, length }: Place): Buffer {
    try {
      this.#file ??= openSync(this.#path, 'r')
      if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(length)
      const bytes = this.#scratch
      let done = 0
      while (done < length) {
        const read = readSync(this.#file, bytes, done, length - done, offset + done)
        if (read === 0) break // was cut: its hash tells
        done += read
      }
      return bytes.subarray(0, done)
    } catch (error) {
      throw diskRefusal('read-failed', this.#path, 'cannot be read', error)
    }
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}
