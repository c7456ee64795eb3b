import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { Journal } from '../../../../engine/journal/journal.ts'
import { MemoryDisk } from './memory-disk.ts'
import { survivalsOf } from './tears.ts'

const path = 'journal.jsonl'
const nothing = () => undefined

async function keysOf(content: Buffer): Promise<string[]> {
  const disk = new MemoryDisk()
  disk.put(path, content)
  const keys: string[] = []
  await using _journal = await Journal.open(path, ({ key }) => keys.push(key), disk)
  return keys
}

describe('lines that were written at once', () => {
  it('are torn in any way by a power loss, and never taken for damage', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'run/begun', null, disk)
    await journal.append('a', 1)
    const power = disk.operations + 1 // behind the write, before its sync
    const doomed = new MemoryDisk(power)
    const again = await Journal.create(path, 'run/begun', null, doomed)
    await again.append('a', 1)
    await Promise.allSettled(['b', 'c', 'd'].map((key) => again.append(key, null)))
    expect(doomed.off).toBe(true)
    for (const surviving of survivalsOf(doomed.unsynced())) {
      const after = doomed.restart(surviving)
      const keys: string[] = []
      await using opened = await Journal.open(path, ({ key }) => keys.push(key), after)
      expect(['run/begun', 'a', 'b', 'c', 'd'].slice(0, keys.length)).toEqual(keys)
      expect(keys.length).toBeGreaterThanOrEqual(2)
      await opened.append('after', 1)
    }
  })

  it('lose none that was acknowledged, over any sequence of kills, power losses and failed syncs', async () => {
    const accident = fc.record({
      at: fc.nat(14),
      kind: fc.constantFrom('kill', 'power', 'sync'),
      kept: fc.nat(900),
      holes: fc.boolean(),
      names: fc.boolean(),
    })
    const groups = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(groups, fc.array(accident), async (sizes, accidents) => {
        let disk = new MemoryDisk(accidents[0]?.kind === 'sync' ? undefined : accidents[0]?.at)
        const acknowledged: string[] = []
        for (const [n, { at, kind, kept, holes, names }] of accidents.entries()) {
          if (kind === 'sync') disk.refusal = { at, errno: 'EIO' }
          await work(disk, sizes, acknowledged).catch(nothing)
          const next = accidents[n + 1]
          const power = next === undefined || next.kind === 'sync' ? undefined : next.at
          const tear = (bytes: Buffer): Buffer =>
            holes
              ? Buffer.concat([Buffer.alloc(Math.min(kept, bytes.length)), bytes.subarray(kept)])
              : bytes.subarray(0, kept)
          disk = kind === 'power' ? disk.restart({ tear, names }, power) : disk.afterKill(power)
        }
        const last = disk.restart({ tear: () => Buffer.alloc(0), names: false })
        const found = last.paths().includes(path) ? await keysOf(last.contentOf(path)) : []
        expect(found.slice(0, acknowledged.length)).toEqual(acknowledged)
      }),
      { numRuns: 500 },
    )
  })
})

/** Appends groups, each at once; what was read or acknowledged goes to `acknowledged`. */
async function work(disk: MemoryDisk, sizes: readonly number[], acknowledged: string[]): Promise<void> {
  const found: string[] = []
  await using journal = disk.paths().includes(path)
    ? await Journal.open(path, ({ key }) => found.push(key), disk)
    : await Journal.create(path, '0', null, disk)
  acknowledged.splice(0, acknowledged.length, ...(found.length === 0 ? ['0'] : found))
  for (const size of sizes) {
    const first = journal.head.records
    const results = await Promise.allSettled(
      Array.from({ length: size }, (_, n) => journal.append(String(first + n), 'ä'.repeat(20))),
    )
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason
      acknowledged.push(result.value.key)
    }
  }
}

describe('a damaged line', () => {
  let single: readonly string[]
  let grouped: readonly string[]

  beforeAll(async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'a', null, disk)
    await journal.append('b', 1)
    await journal.append('c', 1)
    single = disk
      .contentOf(path)
      .toString()
      .split(/(?<=\n)/)
    await Promise.all(['d', 'e', 'f'].map((key) => journal.append(key, 1)))
    await journal.append('g', 1)
    grouped = disk
      .contentOf(path)
      .toString()
      .split(/(?<=\n)/)
  })

  const broken = (lines: readonly string[], at: number): Buffer =>
    Buffer.from(lines.map((line, n) => (n === at ? line.replace('"value":', '"valve":') : line)).join(''))

  it('is damage before a line that was written later', async () => {
    await expect(keysOf(broken(single, 1))).rejects.toMatchObject({ code: 'damaged' })
    for (const at of [2, 3, 4, 5]) await expect(keysOf(broken(grouped, at))).rejects.toMatchObject({ code: 'damaged' })
  })

  it('is torn where what stands behind it was written at once with it', async () => {
    expect(await keysOf(broken(grouped.slice(0, 6), 4))).toEqual(['a', 'b', 'c', 'd'])
    await expect(keysOf(broken(grouped.slice(0, 6), 2))).rejects.toMatchObject({ code: 'damaged' })
  })

  it('is damage where more stands behind it than is ever written at once', async () => {
    const garbage = Buffer.alloc(300_000, 'garbage\n')
    const content = Buffer.concat([Buffer.from(single.join('')), garbage])
    await expect(keysOf(content)).rejects.toMatchObject({ code: 'damaged' })
    expect(await keysOf(Buffer.concat([Buffer.from(single.join('')), garbage.subarray(0, 2000)]))).toEqual([
      'a',
      'b',
      'c',
    ])
    const oneLongLine = Buffer.concat([Buffer.from(single.join('')), Buffer.alloc(300_000, 'x')])
    expect(await keysOf(oneLongLine)).toEqual(['a', 'b', 'c'])
  })
})
