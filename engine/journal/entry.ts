import { hash as hashAtOnce } from 'node:crypto'
import { JournalError } from './journal-error.ts'
import type { Json } from './json.ts'

/** The version of the line format written by this release. A file with another one is refused politely. */
const journalFormat = 1

/** `prev` of the first line. */
export const noHash = '0'.repeat(64)

/** One line of a journal. */
export interface Entry {
  /** Zero-based line number. */
  readonly seq: number
  /** `seq` of the first line of the write that this line was part of; `undefined`: it was written alone. */
  readonly group: number | undefined
  /** When it was written, RFC 3339 in UTC with milliseconds, on the machine's real clock. */
  readonly at: string
  /** What it records; within a journal a key is recorded once. */
  readonly key: string
  readonly value: Json
  /** `value` as JSON, as it stands in the file. */
  readonly valueText: string
  /** SHA-256 of the line before, hex; {@link noHash} on the first. */
  readonly prev: string
  /** SHA-256 of this line's bytes up to the comma before `"hash"`, hex. */
  readonly hash: string
}

/** An entry, and where its line stands in the file. */
export interface PlacedEntry extends Entry {
  /** Of the line's first byte. */
  readonly offset: number
  /** Of the line with its line feed, in bytes. */
  readonly length: number
}

/** Why a line is not an entry. */
export interface Damage {
  readonly damage: string
  readonly otherFormat?: true
}

/** What {@link encodeEntry} writes. */
export type EntryFields = Pick<Entry, 'seq' | 'group' | 'at' | 'key' | 'valueText' | 'prev'>

/**
 * Writes one line: `{"v":1,"seq":…,"at":…,"key":…,"value":…,"prev":…,"hash":…}` and a line feed, UTF-8; `"group":…` behind `seq` where
 * several lines are written at once.
 *
 * The hash covers the bytes as they stand, so nobody has to agree on a canonical JSON.
 */
export function encodeEntry({ seq, group, at, key, valueText, prev }: EntryFields): {
  readonly hash: string
  readonly line: string
} {
  const grouped = group === undefined ? '' : `"group":${group},`
  const covered = `{"v":${journalFormat},"seq":${seq},${grouped}"at":"${at}","key":${JSON.stringify(key)},"value":${valueText},"prev":"${prev}"`
  const hash = hashAtOnce('sha256', covered, 'hex') // a string as UTF-8
  return { hash, line: `${covered},"hash":"${hash}"}\n` }
}

/** Length of `,"hash":"…"}`. */
const hashLength = 75

/** Length of `,"prev":"…"`. */
const prevLength = 74

/**
 * Reads one line back and checks its hash. Its place in the chain is the caller's to check. Members that are seldom looked at are
 * taken from the bytes when they are asked for, so these must not change.
 *
 * @param line its bytes without the line feed
 * @param offset where it stands in the file
 * @returns the entry, or why the line is not one
 */
export function decodeEntry(line: Buffer, offset: number): LineEntry | Damage {
  const end = line.length - hashLength
  if (end < 0 || !stands(line, end, ',"hash":"') || !stands(line, line.length - 2, '"}')) {
    const version = versionOf(line)
    return version !== undefined && version > journalFormat ? otherFormat(version) : { damage: 'no hash at its end' }
  }
  const hash = hashAtOnce('sha256', line.subarray(0, end), 'hex')
  if (!stands(line, end + 9, hash)) return { damage: 'its hash does not fit its content' }
  const version = versionOf(line)
  if (version !== undefined && version !== journalFormat) return otherFormat(version)
  return membersOf(line, end, hash, offset) ?? { damage: 'its members are not those of a journal line' }
}

/** By hand, not by JSON.parse: the members stand in a fixed order, and the value, which is most of the line, is not always wanted. */
function membersOf(line: Buffer, end: number, hash: string, offset: number): LineEntry | undefined {
  const head = '{"v":1,"seq":'
  if (!stands(line, 0, head)) return undefined
  let at = head.length
  const seq = numberAt(line, at)
  at = endOfNumber(line, at)
  const grouped = stands(line, at, ',"group":')
  const group = grouped ? numberAt(line, at + 9) : undefined
  if (grouped) at = endOfNumber(line, at + 9)
  if (!stands(line, at, ',"at":"')) return undefined
  const timeFrom = at + 6
  at = endOfString(line, timeFrom)
  if (!stands(line, at, ',"key":"')) return undefined
  const keyFrom = at + 7
  at = endOfString(line, keyFrom)
  const valueTo = end - prevLength
  if (!stands(line, at, ',"value":') || at + 9 >= valueTo || !stands(line, valueTo, ',"prev":"')) return undefined
  return new LineEntry(line, { seq, group, key: stringAt(line, keyFrom, at), hash, offset }, timeFrom, at + 9)
}

/** An entry over the bytes of its line. */
class LineEntry implements PlacedEntry {
  readonly seq: number
  readonly group: number | undefined
  readonly key: string
  readonly hash: string
  readonly offset: number
  readonly #line: Buffer
  readonly #timeFrom: number
  readonly #valueFrom: number

  constructor(
    line: Buffer,
    { seq, group, key, hash, offset }: Pick<PlacedEntry, 'seq' | 'group' | 'key' | 'hash' | 'offset'>,
    timeFrom: number,
    valueFrom: number,
  ) {
    this.seq = seq
    this.group = group
    this.key = key
    this.hash = hash
    this.offset = offset
    this.#line = line
    this.#timeFrom = timeFrom
    this.#valueFrom = valueFrom
  }

  get at(): string {
    return stringAt(this.#line, this.#timeFrom, endOfString(this.#line, this.#timeFrom))
  }

  get value(): Json {
    try {
      return JSON.parse(this.valueText) as Json // of JSON.parse
    } catch (error) {
      // the hash fitted, so it was written like this, and not by us
      throw new JournalError('damaged', `line ${this.seq + 1} of a journal holds no JSON`, { cause: error })
    }
  }

  get valueText(): string {
    return this.#line.toString('utf8', this.#valueFrom, this.#line.length - hashLength - prevLength)
  }

  get prev(): string {
    const end = this.#line.length - hashLength
    return this.#line.toString('latin1', end - 65, end - 1)
  }

  get length(): number {
    return this.#line.length + 1
  }

  /** Whether the line before it has this hash. */
  follows(hash: string): boolean {
    return stands(this.#line, this.#line.length - hashLength - 65, hash)
  }
}

function otherFormat(version: number): Damage {
  return { damage: `it is in format ${version}, and this release reads format ${journalFormat}`, otherFormat: true }
}

function versionOf(line: Buffer): number | undefined {
  return stands(line, 0, '{"v":') ? numberAt(line, 5) : undefined
}

/** Whether this ASCII text stands there. In a loop: a call out of JavaScript takes longer than these few bytes. */
function stands(line: Buffer, at: number, text: string): boolean {
  for (let n = 0; n < text.length; n += 1) if (line[at + n] !== text.charCodeAt(n)) return false
  return true
}

function numberAt(line: Buffer, at: number): number {
  let number = 0
  for (let n = at; isDigit(line[n]); n += 1) number = number * 10 + (line[n] ?? 0) - 48
  return number
}

function endOfNumber(line: Buffer, at: number): number {
  let end = at
  while (isDigit(line[end])) end += 1
  return end
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}

/** Behind the closing quote of the string whose opening one stands at `from`. */
function endOfString(line: Buffer, from: number): number {
  let at = from + 1
  while (at < line.length && line[at] !== 0x22) at += line[at] === 0x5c ? 2 : 1
  return at + 1
}

function stringAt(line: Buffer, from: number, to: number): string {
  for (let at = from + 1; at < to - 1; at += 1)
    if (line[at] === 0x5c || (line[at] ?? 0) >= 0x80) return String(JSON.parse(line.toString('utf8', from, to)))
  return line.toString('latin1', from + 1, to - 1)
}
