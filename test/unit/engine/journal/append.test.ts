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

  it('fails appends that were queued behind the failed one', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'run/begun', null, disk)
    disk.failNextSync = new Error('EIO')
    const results = await Promise.allSettled([journal.append('a', 1), journal.append('b', 2), journal.append('c', 3)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(disk.contentOf(path).toString()).not.toContain('"key":"b"')
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
