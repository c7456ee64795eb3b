import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLedger, readLedger } from '../../../../engine/sandbox/ledger.ts'

let folder: string
const line = (resource: string, id?: string) => ({
  ...{ service: 's', operation: 'Make', resource },
  ...(id === undefined ? {} : { id }),
})
const resources = () => readLedger(folder).map(({ resource }) => resource)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-ledger-'))
})

afterEach(() => rm(folder, { recursive: true }))

describe('a ledger', () => {
  it('has a line for each effect, on the clock of its sandbox', () => {
    expect(readLedger(folder)).toEqual([])
    const ledger = openLedger(folder, () => 0)
    ledger.commit(line('a'))
    ledger.commit(line('a'))
    expect(readLedger(folder)).toEqual(
      Array.from({ length: 2 }, () => ({ at: '1970-01-01T00:00:00.000Z', ...line('a') })),
    )
    ledger.close()
  })

  it('keeps every whole line and loses a torn one, wherever it was torn', async () => {
    const first = openLedger(folder, () => 0)
    first.commit(line('a'))
    const whole = await readFile(join(folder, 'ledger.jsonl'))
    first.commit(line('ä 😀'))
    first.close()
    const both = await readFile(join(folder, 'ledger.jsonl'))
    for (let cut = whole.length; cut < both.length; cut += 1) {
      await writeFile(join(folder, 'ledger.jsonl'), both.subarray(0, cut))
      expect(resources()).toEqual(['a'])
      const ledger = openLedger(folder, () => 0)
      ledger.commit(line('b'))
      ledger.close()
      expect(resources()).toEqual(['a', 'b'])
    }
  })

  it('does not write an effect again that a killed simulator reports a second time', () => {
    const first = openLedger(folder, () => 0)
    first.commit(line('a', 'x'))
    first.commit(line('a', 'x'))
    first.close()
    const second = openLedger(folder, () => 0)
    second.commit(line('a', 'x'))
    second.commit(line('a', 'y'))
    second.close()
    expect(readLedger(folder).map(({ id }) => id)).toEqual(['x', 'y'])
  })
})
