import { watch } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlacedEntry } from './entry.ts'
import { Scanner } from './scanner.ts'

/** Records that came, in order. */
export interface Followed {
  readonly entries: readonly PlacedEntry[]
  /** True when there are no more for now. */
  readonly caughtUp: boolean
}

/** Looked at again so often, in milliseconds, where nobody tells of changes. */
const pollMs = 1000

/**
 * Reads a journal from its beginning on and goes on with what is appended to it, by whichever process. Takes no lock, writes nothing. Ends
 * when the signal is aborted.
 *
 * @throws {JournalError} `damaged`, `newer`; what the file system throws
 */
export async function* followJournal(path: string, signal: AbortSignal): AsyncGenerator<Followed> {
  let entries: PlacedEntry[] = []
  const scanner = new Scanner(path, (entry) => entries.push(entry))
  const file = await open(path, 'r')
  const changes = new Changes(path, signal)
  try {
    while (!signal.aborted) {
      // what is torn may have been cut off and written over since
      scanner.forgetTorn()
      for (let at = scanner.wholeTo; ;) {
        const chunk = await chunkAt(file, at)
        at += chunk.length
        scanner.feed(chunk)
        yield { entries, caughtUp: chunk.length === 0 }
        entries = []
        if (chunk.length === 0) break
      }
      await changes.next()
    }
  } finally {
    changes.close()
    await file.close()
  }
}

async function chunkAt(file: FileHandle, position: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafeSlow(1 << 18)
  const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
  return chunk.subarray(0, bytesRead)
}

/** Tells when to look again. */
class Changes {
  readonly #watcher: { close(): void } | undefined
  #changed = new AbortController()

  constructor(path: string, signal: AbortSignal) {
    const change = (): void => this.#changed.abort()
    this.#watcher = watcherOf(path, change)
    signal.addEventListener('abort', change, { once: true })
  }

  /** Resolves when something changed since it resolved last, or may have. */
  async next(): Promise<void> {
    const { signal } = this.#changed
    try {
      await sleep(pollMs, undefined, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
    }
    this.#changed = new AbortController()
  }

  close(): void {
    this.#watcher?.close()
  }
}

/** @returns `undefined` where the system has none to give: it is polled then */
function watcherOf(path: string, change: () => void): { close(): void } | undefined {
  try {
    const watcher = watch(dirname(path), change)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}
