import { localDisk } from './disk.ts'
import type { PlacedEntry } from './entry.ts'
import { JournalError } from './journal-error.ts'
import { readJournal } from './read-journal.ts'

/** A head as it was printed: what a journal held at some time, and holds for ever. */
export interface Anchor {
  /** How many records there were; `undefined`: not told. */
  readonly records: number | undefined
  /** SHA-256 of the last of them, hex. */
  readonly hash: string
}

/** What a whole journal comes to. */
export interface Verified {
  readonly head: { readonly records: number; readonly hash: string; readonly at: string }
  /** In bytes, of the whole lines. */
  readonly length: number
  readonly beganAt: string
  /** What stands behind the last whole line; `undefined`: nothing. */
  readonly torn: { readonly offset: number; readonly length: number } | undefined
  /** How many records there were at the anchor; `undefined`: none was given. */
  readonly anchoredAt: number | undefined
}

/** `RECORDS:HASH` or `HASH`; @returns `undefined` when it is neither */
export function readAnchor(text: string): Anchor | undefined {
  const [, records, hash] = /^(?:(\d{1,15}):)?([0-9a-f]{64})$/i.exec(text) ?? []
  if (hash === undefined) return undefined
  return { records: records === undefined ? undefined : Number(records), hash: hash.toLowerCase() }
}

/**
 * Reads a journal once, and checks each line, the chain, and that the anchor is in it.
 *
 * @throws {JournalError} `damaged`, `newer`, `missing`, `read-failed`; `other-head` when the anchor is not in it
 */
export async function verifyJournal(path: string, anchor: Anchor | undefined): Promise<Verified> {
  let first: PlacedEntry | undefined
  let last: PlacedEntry | undefined
  let anchoredAt: number | undefined
  const { torn } = await readJournal(localDisk, path, (entry) => {
    first ??= entry
    last = entry
    if (entry.hash === anchor?.hash) anchoredAt = entry.seq + 1
    void entry.value // that it is JSON is not in the hash
  })
  if (first === undefined || last === undefined) throw new Error('a journal has at least one line')
  const head = { records: last.seq + 1, hash: last.hash, at: last.at }
  if (anchor !== undefined) refuseOther(path, anchor, anchoredAt, head)
  return {
    head,
    length: torn.offset,
    beganAt: first.at,
    torn: torn.bytes.length === 0 ? undefined : { offset: torn.offset, length: torn.bytes.length },
    anchoredAt,
  }
}

function refuseOther(path: string, anchor: Anchor, foundAt: number | undefined, head: Verified['head']): void {
  const { records, hash } = anchor
  if (foundAt !== undefined && (records === undefined || records === foundAt)) return
  const has = `it is whole and has ${head.records} records, head ${head.hash}`
  const why =
    foundAt !== undefined
      ? `that hash is of record ${foundAt}, not ${records ?? ''}`
      : records !== undefined && records > head.records
        ? `${records - head.records} records behind the last one are lost; ${has}`
        : `no record has the hash ${hash}; ${has}`
  throw new JournalError('other-head', `journal \`${path}\` is not the one of that head: ${why}`, {
    hint: 'compare with the head on the printed or approved record: a journal that was replaced or cut is whole in itself',
  })
}
