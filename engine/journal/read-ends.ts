import { type FileHandle, open } from 'node:fs/promises'
import { diskRefusal } from './disk-refusal.ts'
import { decodeEntry, type PlacedEntry } from './entry.ts'
import { JournalError } from './journal-error.ts'

/** The first and the last record of a journal. */
export interface JournalEnds {
  readonly first: PlacedEntry
  readonly last: PlacedEntry
  /** True when something that is not a whole line stands behind the last one. */
  readonly torn: boolean
}

const chunkLength = 1 << 16

/**
 * Reads the ends of a journal, however long it is between them. Each of the two lines fits its own hash; the chain between them is not looked at.
 *
 * @throws {JournalError} `missing`, `newer`, `damaged`, `read-failed`
 */
export async function readEnds(path: string): Promise<JournalEnds> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const first = decoded(path, await firstLine(file, size))
      return { first, ...(await lastLine(path, file, size)) }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new JournalError('missing', `there is no journal \`${path}\``, { cause: error })
    throw diskRefusal('read-failed', path, 'cannot be read', error)
  }
}

async function firstLine(file: FileHandle, size: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let at = 0; at < size; at += chunkLength) {
    const chunk = await bytesAt(file, at, Math.min(size, at + chunkLength))
    const end = chunk.indexOf(10)
    chunks.push(end === -1 ? chunk : chunk.subarray(0, end))
    if (end !== -1) break
  }
  return Buffer.concat(chunks)
}

/** From the end towards the beginning, until a whole line is found. */
async function lastLine(path: string, file: FileHandle, size: number): Promise<Omit<JournalEnds, 'first'>> {
  for (let length = chunkLength; ; length *= 2) {
    const from = Math.max(0, size - length)
    const bytes = await bytesAt(file, from, size)
    for (let end = bytes.lastIndexOf(10); end !== -1; end = end === 0 ? -1 : bytes.lastIndexOf(10, end - 1)) {
      const begin = end === 0 ? 0 : bytes.lastIndexOf(10, end - 1) + 1
      if (begin === 0 && from > 0) break // its beginning was not read
      const entry = decodeEntry(bytes.subarray(begin, end), from + begin)
      if (!('damage' in entry)) return { last: entry, torn: from + end + 1 < size }
    }
    if (from === 0) throw new JournalError('damaged', `journal \`${path}\` is damaged: it has no whole line`)
  }
}

function decoded(path: string, line: Buffer): PlacedEntry {
  const entry = decodeEntry(line, 0)
  if (!('damage' in entry)) return entry
  if (entry.otherFormat) throw new JournalError('newer', `journal \`${path}\`, line 1: ${entry.damage}`)
  throw new JournalError('damaged', `journal \`${path}\` is damaged at line 1: ${entry.damage}`)
}

async function bytesAt(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(to - from)
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done)
    if (bytesRead === 0) break // was cut meanwhile
    done += bytesRead
  }
  return bytes.subarray(0, done)
}
