import { closeSync, fdatasyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Ledger } from '../step/simulator.ts'

export interface LedgerLine {
  /** On the sandbox's clock, RFC 3339. */
  readonly at: string
  readonly service: string
  /** As the API names it. */
  readonly operation: string
  readonly resource: string
  /** Names the effect where a simulator may report it again after it was killed. */
  readonly id?: string
}

export interface FileLedger extends Ledger {
  close(): void
}

/**
 * `ledger.jsonl`: a line for each effect that a simulator committed. A half-written last line is what a crash left; it is cut off
 * when the ledger is opened, and the simulator that owed it writes it again from its own state.
 */
export function openLedger(folder: string, now: () => number): FileLedger {
  const path = join(folder, 'ledger.jsonl')
  const file = openSync(path, 'a', 0o600)
  const text = readFileSync(path, 'utf8')
  const whole = text.lastIndexOf('\n') + 1
  if (whole < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, whole)))
  const known = new Set(readLedger(folder).flatMap(({ id }) => id ?? []))
  return {
    commit({ service, operation, resource, id }) {
      if (id !== undefined && known.has(id)) return
      const line: LedgerLine = {
        at: new Date(now()).toISOString(),
        service,
        operation,
        resource,
        ...(id === undefined ? {} : { id }),
      }
      writeSync(file, `${JSON.stringify(line)}\n`)
      fdatasyncSync(file)
      if (id !== undefined) known.add(id)
    },
    close: () => closeSync(file),
  }
}

/** All whole lines of a sandbox's ledger; none when nothing was committed. */
export function readLedger(folder: string): readonly LedgerLine[] {
  try {
    const text = readFileSync(join(folder, 'ledger.jsonl'), 'utf8')
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerLine) // written above alone
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
