import { createHash } from 'node:crypto'
import type { Json } from './json.ts'

/** The version of the line format written by this release. A file with another one is refused politely. */
const journalFormat = 1

/** `prev` of the first line. */
export const noHash = '0'.repeat(64)

/** One line of a journal. */
export interface Entry {
  /** Zero-based line number. */
  readonly seq: number
  /** When it was written, RFC 3339 in UTC with milliseconds, on the machine's real clock. */
  readonly at: string
  /** What it records; within a journal a key is recorded once. */
  readonly key: string
  readonly value: Json
  /** SHA-256 of the line before, hex; {@link noHash} on the first. */
  readonly prev: string
  /** SHA-256 of this line's bytes up to the comma before `"hash"`, hex. */
  readonly hash: string
}

/**
 * Writes one line: `{"v":1,"seq":…,"at":…,"key":…,"value":…,"prev":…,"hash":…}` and a line feed, UTF-8.
 *
 * The hash covers the bytes as they stand, so nobody has to agree on a canonical JSON.
 */
export function encodeEntry(fields: Omit<Entry, 'hash'>): { readonly entry: Entry; readonly line: string } {
  const { seq, at, key, value, prev } = fields
  const whole = JSON.stringify({ v: journalFormat, seq, at, key, value, prev })
  const covered = whole.slice(0, -1)
  const hash = sha256(covered)
  return { entry: { seq, at, key, value, prev, hash }, line: `${covered},"hash":"${hash}"}\n` }
}

/**
 * Reads one line back and checks its hash. Its place in the chain is the caller's to check.
 *
 * @param line its bytes without the line feed
 * @returns the entry, or why the line is not one
 */
export function decodeEntry(line: Uint8Array): Entry | Damage {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.length)
  const covered = bytes.subarray(0, Math.max(0, bytes.length - hashLength))
  const tail = /^,"hash":"([0-9a-f]{64})"\}$/.exec(bytes.toString('latin1', covered.length))
  if (tail?.[1] === undefined) return { damage: 'no hash at its end' }
  if (sha256(covered) !== tail[1]) return { damage: 'its hash does not fit its content' }
  const fields: unknown = parse(`${covered.toString('utf8')}}`)
  if (!isFields(fields)) return { damage: 'its members are not those of a journal line' }
  if (fields.v !== journalFormat)
    return { damage: `it is in format ${fields.v}, and this release reads format ${journalFormat}`, otherFormat: true }
  const { seq, at, key, value, prev } = fields
  return { seq, at, key, value, prev, hash: tail[1] }
}

/** Length of `,"hash":"…"}`. */
const hashLength = 75

/** Why a line is not an entry. */
export interface Damage {
  readonly damage: string
  readonly otherFormat?: true
}

interface Fields extends Omit<Entry, 'hash'> {
  readonly v: number
}

function isFields(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false
  const { v, seq, at, key, prev } = value as Partial<Record<keyof Fields, unknown>> // unknown members, each checked here
  return (
    typeof v === 'number' &&
    typeof seq === 'number' &&
    typeof at === 'string' &&
    typeof key === 'string' &&
    typeof prev === 'string' &&
    'value' in value
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the hash fitted but it is no JSON: not written by us, reported as damage
  }
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex') // a string as UTF-8
}
