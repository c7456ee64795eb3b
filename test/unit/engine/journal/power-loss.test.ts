import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JournalError } from '../../../../engine/journal/journal-error.ts'
import { Journal } from '../../../../engine/journal/journal.ts'
import type { Json } from '../../../../engine/journal/json.ts'
import { MemoryDisk, PowerLost } from './memory-disk.ts'
import { survivalsOf } from './tears.ts'

const path = 'journal.jsonl'

interface Record {
  readonly key: string
  readonly value: Json
}

const script: readonly Record[] = [
  { key: 'run/begun', value: { run: 'x' } },
  { key: 'a', value: 'äöü \n 😀' },
  { key: 'b', value: [1, { c: null }] },
]

/** Creates or opens, then appends what is not there yet. Whatever resolved goes to `acknowledged`. */
async function work(disk: MemoryDisk, records: readonly Record[], acknowledged: Record[]): Promise<void> {
  const found: Record[] = []
  const [first, ...rest] = records
  if (first === undefined) return
  const open = disk.paths().includes(path)
    ? Journal.open(path, ({ key, value }) => found.push({ key, value }), disk)
    : Journal.create(path, first.key, first.value, disk)
  await using journal = await open
  // what was read back is acted upon, so it counts as acknowledged from here on
  const there = found.length === 0 ? [first] : found
  acknowledged.splice(0, acknowledged.length, ...there)
  for (const record of rest.slice(there.length - 1)) {
    await journal.append(record.key, record.value)
    acknowledged.push(record)
  }
}

async function workUntilPowerIsLost(disk: MemoryDisk, records: readonly Record[], acked: Record[]): Promise<void> {
  await work(disk, records, acked).catch((error: unknown) => {
    if (!disk.off) throw error
    const cause = error instanceof JournalError ? error.cause : error
    if (!(cause instanceof PowerLost)) throw error
  })
}

async function contentOf(disk: MemoryDisk): Promise<Record[]> {
  if (!disk.paths().includes(path)) return []
  const found: Record[] = []
  await using _journal = await Journal.open(path, ({ key, value }) => found.push({ key, value }), disk)
  return found
}

async function operationsOf(records: readonly Record[]): Promise<number> {
  const disk = new MemoryDisk()
  await work(disk, records, [])
  return disk.operations
}

describe('a journal whose power is lost', () => {
  it('keeps every acknowledged entry, whichever byte the power was lost at', async () => {
    let lost = 0
    for (let at = 0; at < (await operationsOf(script)); at += 1) {
      const disk = new MemoryDisk(at)
      const acknowledged: Record[] = []
      await workUntilPowerIsLost(disk, script, acknowledged)
      expect(disk.off).toBe(true)
      for (const surviving of survivalsOf(disk.unsynced())) {
        const found = await contentOf(disk.restart(surviving))
        expect(found.slice(0, acknowledged.length)).toEqual(acknowledged)
        // at most the entry whose append was on its way, and whole
        expect(script.slice(0, found.length)).toEqual(found)
        expect(found.length).toBeLessThanOrEqual(acknowledged.length + 1)
        lost += 1
      }
    }
    expect(lost).toBeGreaterThan(500)
  })

  it('keeps them when power is lost again while the torn line is set aside', async () => {
    const disk = new MemoryDisk((await operationsOf(script)) - 1)
    const acknowledged: Record[] = []
    await workUntilPowerIsLost(disk, script, acknowledged)
    for (const surviving of survivalsOf(disk.unsynced()).filter((_, at) => at % 7 === 0)) {
      for (let again = 0; again < 8; again += 1) {
        const second = disk.restart(surviving, again)
        const acknowledgedNow = [...acknowledged]
        await workUntilPowerIsLost(second, script, acknowledgedNow)
        for (const names of [true, false]) {
          const third = second.restart({ tear: (bytes) => bytes.subarray(0, 9), names })
          expect((await contentOf(third)).slice(0, acknowledgedNow.length)).toEqual(acknowledgedNow)
          const acknowledgedLast: Record[] = []
          await work(third, script, acknowledgedLast)
          expect(acknowledgedLast).toEqual(script)
        }
      }
    }
  })

  it('keeps what a killed process wrote and the next one read, when power is lost after that', async () => {
    for (let at = 0; at < (await operationsOf(script)); at += 1) {
      const killed = new MemoryDisk(at)
      await workUntilPowerIsLost(killed, script, [])
      for (let then = 0; then < 12; then += 1) {
        const disk = killed.afterKill(then)
        const acknowledged: Record[] = []
        await workUntilPowerIsLost(disk, script, acknowledged)
        const found = await contentOf(disk.restart({ tear: () => Buffer.alloc(0), names: false }))
        expect(found.slice(0, acknowledged.length)).toEqual(acknowledged)
      }
    }
  })

  it('keeps them over any sequence of kills and power losses', async () => {
    const json = fc.jsonValue({ depthSize: 'small' }).map((value) => value as Json) // JSON by construction
    const accident = fc.record({ at: fc.nat(12), kill: fc.boolean(), kept: fc.nat(400), names: fc.boolean() })
    const seed = Date.now()
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { minLength: 1, maxLength: 6 }),
        fc.array(accident),
        async (values, accidents) => {
          const records = values.map((value, n) => ({ key: `k${n}`, value: JSON.parse(JSON.stringify(value)) as Json }))
          let disk = new MemoryDisk(accidents[0]?.at)
          const acknowledged: Record[] = []
          for (const [n, { kill, kept, names }] of accidents.entries()) {
            await workUntilPowerIsLost(disk, records, acknowledged)
            const next = accidents[n + 1]?.at
            disk = kill ? disk.afterKill(next) : disk.restart({ tear: (bytes) => bytes.subarray(0, kept), names }, next)
          }
          const found = await contentOf(disk.afterKill())
          expect(found.slice(0, acknowledged.length)).toEqual(acknowledged)
          await work(disk.afterKill(), records, acknowledged)
          expect(acknowledged).toEqual(records)
        },
      ),
      { seed, numRuns: 300 },
    )
  })
})
