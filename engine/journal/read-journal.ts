import type { Disk } from './disk.ts'
import { diskRefusal } from './disk-refusal.ts'
import type { PlacedEntry } from './entry.ts'
import { JournalError } from './journal-error.ts'
import { type JournalEnd, Scanner } from './scanner.ts'

/**
 * Reads a journal once, line by line, checking each hash and its place in the chain; keeps nothing but its end.
 *
 * @param visit called for each whole line in order
 * @throws {JournalError} `damaged`, `newer`, `missing`, `read-failed`
 */
export async function readJournal(disk: Disk, path: string, visit: (entry: PlacedEntry) => void): Promise<JournalEnd> {
  const scanner = new Scanner(path, visit)
  for await (const chunk of chunksOf(disk, path)) scanner.feed(chunk)
  return scanner.end()
}

/** The bytes of a journal. @throws {JournalError} `missing`, `read-failed` */
export async function* chunksOf(disk: Disk, path: string): AsyncIterable<Buffer> {
  try {
    yield* disk.read(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new JournalError('missing', `there is no journal \`${path}\``, { cause: error })
    throw diskRefusal('read-failed', path, 'cannot be read', error)
  }
}
