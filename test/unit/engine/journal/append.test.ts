import { describe, expect, it } from 'vitest'
import { Journal } from '../../../../engine/journal/journal.ts'
import { MemoryDisk } from './memory-disk.ts'

const path = 'journal.jsonl'

describe('appending', () => {
  it('appends nothing more after a failed sync', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'run/begun', null, disk)
    await journal.append('a', 1)
    const { head } = journal
    disk.failNextSync = new Error('EIO')
    await expect(journal.append('b', 2)).rejects.toMatchObject({ code: 'write-failed', cause: { message: 'EIO' } })
    const content = disk.contentOf(path)
    await expect(journal.append('c', 3)).rejects.toMatchObject({ code: 'write-failed' })
    expect(disk.contentOf(path)).toEqual(content)
    expect(journal.head).toEqual(head)
  })

  it('fails with one error all appends that wait behind the failed one', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'run/begun', null, disk)
    disk.failNextSync = new Error('EIO')
    const first = ['a', 'b', 'c'].map((key) => journal.append(key, 'x'.repeat(100_000)))
    const results = await Promise.allSettled(first)
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(new Set(results.map((result) => (result.status === 'rejected' ? result.reason : 0))).size).toBe(1)
    // the third went beyond the largest write, so it was to come in the next
    expect(disk.contentOf(path).toString()).not.toContain('"key":"c"')
    expect(journal.head.records).toBe(1)
  })

  it('writes at once what waits at the same time, with one sync, and tells each where its line stands', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'k0', null, disk)
    const before = disk.syncs
    const first = journal.append('alone', 'ä')
    await first
    expect(disk.syncs).toBe(before + 1)
    const entries = await Promise.all(Array.from({ length: 20 }, (_, n) => journal.append(`k${n}`, { n })))
    expect(disk.syncs).toBe(before + 2)
    for (const { offset, length, key, group } of [await first, ...entries]) {
      const line = disk
        .contentOf(path)
        .subarray(offset, offset + length)
        .toString()
      expect(line).toContain(`"key":"${key}"`)
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(group).toBe(key === 'alone' ? undefined : 2)
    }
  })

  it('does not answer an append before the sync that covers it', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'k0', null, disk)
    const seen: number[] = []
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        journal.append(`k${n}`, 'x'.repeat(100_000)).then(({ offset, length }) => {
          const durable = disk.restart({ tear: () => Buffer.alloc(0), names: true }).contentOf(path)
          expect(durable.length).toBeGreaterThanOrEqual(offset + length)
          expect(journal.head.records).toBeGreaterThanOrEqual(n + 2)
          seen.push(n)
        }),
      ),
    )
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('refuses what JSON cannot hold, and goes on', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'k0', null, disk)
    const ring: Record<string, never> = {}
    Object.assign(ring, { ring })
    await expect(journal.append('a', ring)).rejects.toThrow(TypeError)
    expect((await journal.append('b', 1)).seq).toBe(1)
  })

  it('keeps the order in which appends were asked for', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'k0', null, disk)
    await Promise.all(Array.from({ length: 20 }, (_, n) => journal.append(`k${n + 1}`, n)))
    const keys: string[] = []
    await Journal.open(path, ({ key, seq }) => keys.push(`${seq}${key}`), disk)
    expect(keys).toEqual(Array.from({ length: 21 }, (_, n) => `${n}k${n}`))
  })

  it('never creates a journal where one is, not even the same', async () => {
    const disk = new MemoryDisk()
    await Journal.create(path, 'run/begun', null, disk)
    const content = disk.contentOf(path)
    await expect(Journal.create(path, 'run/begun', null, disk)).rejects.toMatchObject({ code: 'exists' })
    expect(disk.contentOf(path)).toEqual(content)
  })

  it('goes on with the head it was left with', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'run/begun', null, disk)
    const { hash } = await journal.append('a', 1)
    expect(journal.head).toEqual({ records: 2, hash })
    const reopened = await Journal.open(path, () => undefined, disk)
    expect(reopened.head).toEqual({ records: 2, hash })
    expect((await reopened.append('b', 2)).prev).toBe(hash)
  })
})
