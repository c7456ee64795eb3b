import type { Json } from './json.ts'
import { type AppendingFile, type Disk, localDisk } from './disk.ts'
import { diskRefusal } from './disk-refusal.ts'
import { encodeEntry, noHash, type PlacedEntry } from './entry.ts'
import { makeGroup, type Waiting } from './group.ts'
import { JournalError } from './journal-error.ts'
import { readJournal } from './read-journal.ts'

/** Where a journal ends. */
interface End {
  readonly records: number
  readonly hash: string
  /** In bytes. */
  readonly length: number
}

/** The append-only record of one run. One process at a time appends; the run's lock sees to that. */
export class Journal implements AsyncDisposable {
  readonly path: string
  readonly #file: AppendingFile
  /** Of what is durable. */
  #end: End
  readonly #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #failed: JournalError | undefined

  private constructor(path: string, file: AppendingFile, end: End) {
    this.path = path
    this.#file = file
    this.#end = end
  }

  /**
   * Makes the file appear with its first record in it, durable.
   *
   * @throws {JournalError} `exists`, `write-failed`
   */
  static async create(path: string, key: string, value: Json, disk: Disk = localDisk): Promise<Journal> {
    const at = new Date().toISOString()
    const valueText = JSON.stringify(value)
    const { hash, line } = encodeEntry({ seq: 0, group: undefined, at, key, valueText, prev: noHash })
    const bytes = Buffer.from(line)
    try {
      if ((await disk.createDurably(path, bytes)) !== 'created')
        throw new JournalError('exists', `there is a journal \`${path}\` already`)
      return new Journal(path, await disk.openForAppend(path), { records: 1, hash, length: bytes.length })
    } catch (error) {
      throw diskRefusal('write-failed', path, 'cannot be begun', error)
    }
  }

  /**
   * Opens for appending. What a crash left of a write that never returned is set aside in a file of its own beside the journal, then
   * cut off; what stays is durable when it resolves.
   *
   * @param visit called for each record in order
   * @throws {JournalError} `damaged`, `newer`, `missing`, `read-failed`, `write-failed`
   */
  static async open(path: string, visit: (entry: PlacedEntry) => void, disk: Disk = localDisk): Promise<Journal> {
    // the steps are those of "Recovery" in engine/run/README.md
    let records = 0
    let hash = noHash
    const { tail, torn } = await readJournal(disk, path, (entry) => {
      records = entry.seq + 1
      hash = entry.hash
      visit(entry)
    })
    try {
      if (torn.bytes.length > 0) await setAside(disk, `${path}.torn-${torn.offset}`, torn.bytes)
      const file = await disk.openForAppend(path, tail)
      try {
        if (torn.bytes.length > 0) await file.truncateDurably(torn.offset)
      } catch (error) {
        await file.close()
        throw error
      }
      return new Journal(path, file, { records, hash, length: torn.offset })
    } catch (error) {
      throw diskRefusal('write-failed', path, 'cannot be made ready for writing', error)
    }
  }

  /** Number of durable records and hash of the last one: the anchor that shows tampering. */
  get head(): { readonly records: number; readonly hash: string } {
    const { records, hash } = this.#end
    return { records, hash }
  }

  /**
   * Adds a record; resolves when it is durable. Those that wait at the same time are written at once, in order, and share a sync.
   * After a failure nothing more is appended: what the disk holds then is only known by opening it anew.
   *
   * @throws {JournalError} `write-failed`
   */
  append(key: string, value: Json): Promise<PlacedEntry> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) throw this.#failed
      this.#waiting.push({ key, value, valueText: JSON.stringify(value), resolve, reject })
      this.#writing ??= this.#writeWaiting()
    })
  }

  async #writeWaiting(): Promise<void> {
    await Promise.resolve() // whoever appends right now shares the first write
    while (this.#waiting.length > 0) {
      const { bytes, entries } = makeGroup(this.#waiting, this.#end)
      try {
        await this.#file.appendDurably(bytes)
      } catch (error) {
        this.#fail(diskRefusal('write-failed', this.path, 'cannot be written', error))
        break
      }
      const written = this.#waiting.splice(0, entries.length)
      for (const [n, entry] of entries.entries()) {
        this.#end = { records: entry.seq + 1, hash: entry.hash, length: entry.offset + entry.length }
        written[n]?.resolve(entry)
      }
    }
    this.#writing = undefined
  }

  #fail(error: JournalError): void {
    this.#failed = error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing
    await this.#file.close()
  }
}

/** A crash between setting aside and cutting leaves the same bytes there, an earlier crash at the same offset other ones. */
async function setAside(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  for (let n = 1; ; n += 1) {
    if ((await disk.createDurably(n === 1 ? path : `${path}-${n}`, bytes)) !== 'different') return
  }
}
