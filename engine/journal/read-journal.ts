import type { Disk } from './disk.ts'
import { decodeEntry, noHash, type Entry } from './entry.ts'
import { JournalError } from './journal-error.ts'

/** What stands behind the last whole line: the half-written line of a crash, whose append never returned. */
export interface TornTail {
  /** Offset where the whole lines end. */
  readonly from: number
  readonly bytes: Uint8Array
}

/**
 * Reads a journal once, line by line, checking each hash and its place in the chain.
 *
 * Recovery, step by step:
 * 1. Each line that ends with a line feed, fits its own hash, counts on from its predecessor and names its hash is whole.
 * 2. Bytes behind the last whole line with no whole line after them are a crash: returned as the torn tail.
 * 3. Anything wrong with a whole line after it is damage, and refused: no power loss does that to synced lines.
 *
 * @param visit called for each whole line in order
 * @throws {JournalError} `damaged`, `newer`, `missing`
 */
export async function readJournal(
  disk: Disk,
  path: string,
  visit: (entry: Entry) => void,
): Promise<TornTail | undefined> {
  let rest = Buffer.alloc(0)
  let restAt = 0
  let seq = 0
  let prev = noHash
  let torn: { readonly at: number; readonly line: number; readonly why: string } | undefined

  const take = (line: Uint8Array, at: number): void => {
    if (torn !== undefined) throw damaged(path, torn.line, torn.why)
    const entry = decodeEntry(line)
    if ('damage' in entry) {
      if (entry.otherFormat) throw new JournalError('newer', `journal \`${path}\`, line ${seq + 1}: ${entry.damage}`)
      torn = { at, line: seq + 1, why: entry.damage }
      return
    }
    if (entry.seq !== seq || entry.prev !== prev) throw damaged(path, seq + 1, 'it does not follow the line before it')
    visit(entry)
    seq += 1
    prev = entry.hash
  }

  for await (const chunk of chunksOf(disk, path)) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    let from = 0
    for (let end = rest.indexOf(10, from); end !== -1; end = rest.indexOf(10, from)) {
      take(rest.subarray(from, end), restAt + from)
      from = end + 1
    }
    restAt += from
    rest = rest.subarray(from)
  }
  // the first line is durable before the file appears, so a file without one was not cut by a crash
  if (seq === 0) throw damaged(path, 1, torn?.why ?? 'it has no whole line')
  if (torn === undefined && rest.length === 0) return undefined
  const from = torn?.at ?? restAt
  return { from, bytes: await tailFrom(disk, path, from) }
}

function damaged(path: string, line: number, why: string): JournalError {
  return new JournalError('damaged', `journal \`${path}\` is damaged at line ${line}: ${why}`)
}

async function* chunksOf(disk: Disk, path: string): AsyncIterable<Uint8Array> {
  try {
    yield* disk.read(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new JournalError('missing', `there is no journal \`${path}\``, error)
    throw error
  }
}

async function tailFrom(disk: Disk, path: string, from: number): Promise<Uint8Array> {
  let at = 0
  const parts: Uint8Array[] = []
  for await (const chunk of disk.read(path)) {
    if (at + chunk.length > from) parts.push(chunk.subarray(Math.max(0, from - at)))
    at += chunk.length
  }
  return Buffer.concat(parts)
}
