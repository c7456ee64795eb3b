import type { Json } from './json.ts'
import { type AppendingFile, type Disk, localDisk } from './disk.ts'
import { encodeEntry, noHash, type Entry } from './entry.ts'
import { JournalError } from './journal-error.ts'
import { readJournal } from './read-journal.ts'

/** The append-only record of one run. One process at a time appends; the run's lock sees to that. */
export class Journal implements AsyncDisposable {
  readonly path: string
  readonly #file: AppendingFile
  #head: Entry | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #failed: JournalError | undefined

  private constructor(path: string, file: AppendingFile, head: Entry | undefined) {
    this.path = path
    this.#file = file
    this.#head = head
  }

  /**
   * Makes the file appear with its first record in it, durable.
   *
   * @throws {JournalError} `exists`
   */
  static async create(path: string, key: string, value: Json, disk: Disk = localDisk): Promise<Journal> {
    const { entry, line } = encodeEntry({ seq: 0, at: new Date().toISOString(), key, value, prev: noHash })
    const created = await disk.createDurably(path, Buffer.from(line))
    if (created !== 'created') throw new JournalError('exists', `there is a journal \`${path}\` already`)
    return new Journal(path, await disk.openForAppend(path), entry)
  }

  /**
   * Opens for appending. A half-written last line is set aside in a file of its own beside the journal, then cut off.
   *
   * @param visit called for each record in order
   * @throws {JournalError} `damaged`, `newer`, `missing`
   */
  static async open(path: string, visit: (entry: Entry) => void, disk: Disk = localDisk): Promise<Journal> {
    let head: Entry | undefined
    const torn = await readJournal(disk, path, (entry) => {
      head = entry
      visit(entry)
    })
    const file = await disk.openForAppend(path)
    try {
      if (torn !== undefined) {
        await setAside(disk, `${path}.torn-${torn.from}`, torn.bytes)
        await file.truncateDurably(torn.from)
      }
    } catch (error) {
      await file.close()
      throw error
    }
    return new Journal(path, file, head)
  }

  /** Number of records and hash of the last one: the anchor that shows tampering. */
  get head(): { readonly records: number; readonly hash: string } {
    return { records: (this.#head?.seq ?? -1) + 1, hash: this.#head?.hash ?? noHash }
  }

  /**
   * Adds a record; resolves when it is durable. After a failure nothing more is appended: what the disk holds then is
   * only known by reading it again.
   *
   * @throws {JournalError} `write-failed`
   */
  append(key: string, value: Json): Promise<Entry> {
    const appended = this.#queue.then(() => this.#append(key, value))
    this.#queue = appended.catch(() => undefined) // the caller has the error; the queue only keeps the order
    return appended
  }

  async #append(key: string, value: Json): Promise<Entry> {
    if (this.#failed !== undefined) throw this.#failed
    const { records, hash } = this.head
    const { entry, line } = encodeEntry({ seq: records, at: new Date().toISOString(), key, value, prev: hash })
    try {
      await this.#file.appendDurably(Buffer.from(line))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#failed = new JournalError('write-failed', `journal \`${this.path}\` cannot be written: ${why}`, error)
      throw this.#failed
    }
    this.#head = entry
    return entry
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue
    await this.#file.close()
  }
}

/** A crash between setting aside and cutting leaves the same bytes there, an earlier crash at the same offset other ones. */
async function setAside(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  for (let n = 1; ; n += 1) {
    if ((await disk.createDurably(n === 1 ? path : `${path}-${n}`, bytes)) !== 'different') return
  }
}
