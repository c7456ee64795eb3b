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
  /** Whether the name survives power loss. */
  named: boolean
}

/** What becomes of bytes that were written and never synced. */
export type Tear = (unsynced: Buffer) => Buffer

export interface Surviving {
  readonly tear: Tear
  /** Whether names that were never synced, and cuts, happen to survive. */
  readonly names: boolean
}

/**
 * A disk that remembers what was synced. Power ends just before its `powerEndsAt`-th primitive operation (a write, a sync, a
 * link, a cut), and {@link restart} gives what a machine finds afterwards.
 */
export class MemoryDisk implements Disk {
  readonly #files = new Map<string, StoredFile>()
  readonly #powerEndsAt: number
  /** Primitive operations until now. */
  operations = 0
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
    for (const [path, { content, durable, named }] of this.#files) {
      if (!named && !names) continue
      const grew = content.length >= durable.length
      const unsynced = content.subarray(durable.length)
      const survived = grew ? Buffer.concat([durable, tear(unsynced)]) : names ? content : durable
      next.#files.set(path, { content: survived, durable: survived, named: true })
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
    this.#files.set(path, { content, durable: content, named: true })
  }

  async createDurably(path: string, bytes: Uint8Array): Promise<'created' | 'identical' | 'different'> {
    await this.#operate() // the link: before it there is nothing under this name, behind it the whole content
    const there = this.#files.get(path)
    if (there !== undefined && !there.content.equals(bytes)) return 'different'
    const content = Buffer.from(bytes)
    if (there === undefined) this.#files.set(path, { content, durable: content, named: false })
    await this.#sync()
    this.#at(path).named = true
    return there === undefined ? 'created' : 'identical'
  }

  async *read(path: string): AsyncIterable<Uint8Array> {
    await Promise.resolve()
    const { content } = this.#at(path)
    for (let at = 0; at < content.length; at += 100) yield content.subarray(at, at + 100) // lines cross chunks
  }

  async openForAppend(path: string): Promise<AppendingFile> {
    const file = this.#at(path)
    await this.#sync()
    file.durable = file.content
    file.named = true
    return {
      appendDurably: async (bytes) => {
        await this.#operate()
        file.content = Buffer.concat([file.content, bytes])
        await this.#sync()
        file.durable = file.content
      },
      truncateDurably: async (length) => {
        await this.#operate()
        file.content = file.content.subarray(0, length)
        await this.#sync()
        file.durable = file.content
      },
      close: () => Promise.resolve(),
    }
  }

  async #sync(): Promise<void> {
    await this.#operate()
    const error = this.failNextSync
    this.failNextSync = undefined
    if (error !== undefined) throw error
  }

  async #operate(): Promise<void> {
    await Promise.resolve()
    if (this.off) throw new PowerLost()
    this.operations += 1
  }

  #at(path: string): StoredFile {
    const file = this.#files.get(path)
    if (file === undefined) throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' })
    return file
  }
}
