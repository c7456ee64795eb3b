import { encodeEntry, type PlacedEntry } from './entry.ts'
import type { Json } from './json.ts'
import { largestGroup } from './scanner.ts'

/** A record that waits to be written. */
export interface Waiting {
  readonly key: string
  readonly value: Json
  /** `value` as JSON when it was asked for. */
  readonly valueText: string
  resolve(entry: PlacedEntry): void
  reject(error: unknown): void
}

/** Lines that are written at once. */
export interface Group {
  readonly bytes: Buffer
  /** One for each that waited, from the first on. */
  readonly entries: readonly PlacedEntry[]
}

/** More than the members take that are neither key nor value. */
const otherMembers = 320

/** As many of those that wait as may be written at once, in order, at least one. */
export function makeGroup(
  waiting: readonly Waiting[],
  end: { readonly records: number; readonly hash: string; readonly length: number },
): Group {
  const count = countFitting(waiting)
  const group = count > 1 ? end.records : undefined
  const at = new Date().toISOString()
  const lines: string[] = []
  const entries: PlacedEntry[] = []
  let prev = end.hash
  let offset = end.length
  for (const { key, value, valueText } of waiting.slice(0, count)) {
    const seq = end.records + entries.length
    const { hash, line } = encodeEntry({ seq, group, at, key, valueText, prev })
    const length = Buffer.byteLength(line)
    lines.push(line)
    entries.push({ seq, group, at, key, value, valueText, prev, hash, offset, length })
    prev = hash
    offset += length
  }
  return { bytes: Buffer.from(lines.join('')), entries }
}

function countFitting(waiting: readonly Waiting[]): number {
  let bytes = 0
  const over = waiting.findIndex(({ key, valueText }) => {
    bytes += Buffer.byteLength(JSON.stringify(key)) + Buffer.byteLength(valueText) + otherMembers
    return bytes > largestGroup
  })
  return over === -1 ? waiting.length : Math.max(1, over)
}
