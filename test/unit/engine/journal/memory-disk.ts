import type { AppendingFile, Disk } from '../../../../engine/journal/disk.ts'

/** Thrown by whatever a {@link MemoryDisk} is asked for when its power went away, and ever after. */
export class PowerLost extends Error {
  constructor() {
    super('power lost')
    this.name = 'PowerLost'
  }
}

interface StoredFile {
  /** What a process sees. */
  content: Buffer
  /** What surely survives power loss. */
  durable: Buffer
  /** What was written and not synced: the next sync makes these bytes durable, or fails and forgets them. */
  dirty: readonly Range[]
  /** Whether the name survives power loss. */
  named: boolean
}

interface Range {
  readonly from: number
  readonly to: number
}

/** What becomes of bytes that were written and never synced. */
export type Tear = (unsynced: Buffer) => Buffer

export interface Surviving {
  readonly tear: Tear
  /** Whether names that were never synced, and cuts, happen to survive. */
  readonly names: boolean
}

/** The operation that fails, counted from 0, and how. */
export interface Refusal {
  readonly at: number
  readonly errno: string
}

/**
 * A disk that remembers what was synced. Power ends just before its `powerEndsAt`-th primitive operation (opening, reading, a write, a
 * sync, a link, a cut), and {@link restart} gives what a machine finds afterwards. After a failed sync it behaves as Linux does:
 * what was to be synced can be read, is not on the disk, and counts as written, so that later syncs succeed without it.
 */
export class MemoryDisk implements Disk {
  readonly #files = new Map<string, StoredFile>()
  readonly #powerEndsAt: number
  /** Primitive operations until now. */
  operations = 0
  /** Syncs of files until now. */
  syncs = 0
  /** Set: that operation fails with it; a write leaves half of its bytes. */
  refusal: Refusal | undefined
  /** Set: the next sync fails with it, once. */
  failNextSync: Error | undefined

  constructor(powerEndsAt = Number.POSITIVE_INFINITY) {
    this.#powerEndsAt = powerEndsAt
  }

  get off(): boolean {
    return this.operations >= this.#powerEndsAt
  }

  /** The disk after power came back. */
  restart({ tear, names }: Surviving, powerEndsAt?: number): MemoryDisk {
    const next = new MemoryDisk(powerEndsAt)
    for (const [path, { content, durable, dirty, named }] of this.#files) {
      if (!named && !names) continue
      const grew = content.length >= durable.length
      const written = dirty.some(({ to }) => to > durable.length)
      const unsynced = grew && written ? content.subarray(durable.length) : Buffer.alloc(0)
      const survived = grew ? Buffer.concat([durable, tear(unsynced)]) : names ? content : durable
      next.#files.set(path, { content: survived, durable: survived, dirty: [], named: true })
    }
    return next
  }

  /** The disk after this process was killed: all that was written is seen, and no more durable than it was. */
  afterKill(powerEndsAt?: number): MemoryDisk {
    const next = new MemoryDisk(powerEndsAt)
    for (const [path, file] of this.#files) next.#files.set(path, { ...file })
    return next
  }

  /** Bytes that were written and never synced. */
  unsynced(): number {
    return Math.max(0, ...[...this.#files.values()].map(({ content, durable }) => content.length - durable.length))
  }

  paths(): readonly string[] {
    return [...this.#files.keys()]
  }

  contentOf(path: string): Buffer {
    return this.#at(path).content
  }

  /** Puts a file there, as somebody else would. */
  put(path: string, content: Buffer): void {
    this.#files.set(path, { content, durable: content, dirty: [], named: true })
  }

  async createDurably(path: string, bytes: Uint8Array): Promise<'created' | 'identical' | 'different'> {
    await this.#operate() // the link: before it there is nothing under this name, behind it the whole content
    const there = this.#files.get(path)
    if (there !== undefined && !there.content.equals(bytes)) return 'different'
    const content = Buffer.from(bytes)
    if (there === undefined) this.#files.set(path, { content, durable: content, dirty: [], named: false })
    await this.#sync()
    this.#at(path).named = true
    return there === undefined ? 'created' : 'identical'
  }

  async *read(path: string): AsyncIterable<Buffer> {
    await this.#operate()
    const { content } = this.#at(path)
    for (let at = 0; at < content.length; at += 100) yield content.subarray(at, at + 100) // lines cross chunks
  }

  async openForAppend(
    path: string,
    tail?: { readonly offset: number; readonly bytes: Uint8Array },
  ): Promise<AppendingFile> {
    const file = this.#at(path)
    if (tail !== undefined) await this.#write(file, tail.offset, tail.bytes)
    await this.#syncFile(file)
    file.named = true
    return {
      appendDurably: async (bytes) => {
        await this.#write(file, file.content.length, bytes)
        await this.#syncFile(file)
      },
      truncateDurably: async (length) => {
        await this.#operate()
        file.content = file.content.subarray(0, length)
        file.dirty = file.dirty.filter(({ to }) => to <= length)
        await this.#sync()
        file.durable = file.durable.subarray(0, length)
      },
      close: () => Promise.resolve(),
    }
  }

  async #write(file: StoredFile, offset: number, bytes: Uint8Array): Promise<void> {
    const put = (length: number): void => {
      const to = offset + length
      file.content = Buffer.concat([
        file.content.subarray(0, offset),
        bytes.subarray(0, length),
        file.content.subarray(to),
      ])
      file.dirty = [...file.dirty, { from: offset, to }]
    }
    await this.#operate(() => put(Math.floor(bytes.length / 2)))
    put(bytes.length)
  }

  async #syncFile(file: StoredFile): Promise<void> {
    const { dirty } = file
    file.dirty = []
    try {
      await this.#sync()
    } catch (error) {
      if (error instanceof PowerLost) file.dirty = dirty
      throw error
    }
    for (const { from, to } of dirty) {
      const grown = Buffer.alloc(Math.max(file.durable.length, to))
      file.durable.copy(grown)
      file.content.copy(grown, from, from, to)
      file.durable = grown
    }
  }

  async #sync(): Promise<void> {
    await this.#operate()
    this.syncs += 1
    const error = this.failNextSync
    this.failNextSync = undefined
    if (error !== undefined) throw error
  }

  /** @param half what a refused operation leaves behind */
  async #operate(half: () => void = () => undefined): Promise<void> {
    await Promise.resolve()
    if (this.off) throw new PowerLost()
    this.operations += 1
    if (this.refusal?.at !== this.operations - 1) return
    half()
    throw Object.assign(new Error(`${this.refusal.errno}: refused`), { code: this.refusal.errno })
  }

  #at(path: string): StoredFile {
    const file = this.#files.get(path)
    if (file === undefined) throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' })
    return file
  }
}
