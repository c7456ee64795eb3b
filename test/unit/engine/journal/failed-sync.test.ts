import { describe, expect, it } from 'vitest'
import { Journal } from '../../../../engine/journal/journal.ts'
import { MemoryDisk } from './memory-disk.ts'

const path = 'journal.jsonl'
const nothingMore = { tear: () => Buffer.alloc(0), names: true }

async function keysOf(disk: MemoryDisk): Promise<string[]> {
  const keys: string[] = []
  await using _journal = await Journal.open(path, ({ key }) => keys.push(key), disk)
  return keys
}

describe('a journal whose sync failed, on a system that then takes the lost bytes for written', () => {
  it('makes durable what the next process reads, before it is believed', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'run/begun', null, disk)
    await journal.append('a', 1)
    disk.failNextSync = new Error('EIO')
    await expect(journal.append('b', 2)).rejects.toMatchObject({ code: 'write-failed' })

    expect(await keysOf(disk.restart(nothingMore))).toEqual(['run/begun', 'a']) // not on the disk indeed
    const sameBoot = disk.afterKill()
    const believed = await keysOf(sameBoot)
    expect(believed).toEqual(['run/begun', 'a', 'b'])
    expect(await keysOf(sameBoot.restart(nothingMore))).toEqual(believed)
  })

  it('does so for all lines of the write, and for one that is longer than the largest write', async () => {
    for (const values of [['1', '2', '3'], ['x'.repeat(400_000)]]) {
      const disk = new MemoryDisk()
      const journal = await Journal.create(path, 'run/begun', null, disk)
      await journal.append('a', 'y'.repeat(300_000))
      disk.failNextSync = new Error('EIO')
      await Promise.allSettled(values.map((value, n) => journal.append(`b${n}`, value)))
      const sameBoot = disk.afterKill()
      const believed = await keysOf(sameBoot)
      expect(believed).toHaveLength(2 + values.length)
      expect(await keysOf(sameBoot.restart(nothingMore))).toEqual(believed)
    }
  })

  it('stays so when the sync fails again while it is opened', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'run/begun', null, disk)
    disk.failNextSync = new Error('EIO')
    await expect(journal.append('a', 1)).rejects.toThrow()
    const second = disk.afterKill()
    second.failNextSync = new Error('EIO')
    await expect(keysOf(second)).rejects.toMatchObject({ code: 'write-failed' })
    const third = second.afterKill()
    const believed = await keysOf(third)
    expect(await keysOf(third.restart(nothingMore))).toEqual(believed)
  })

  it('keeps whole what is appended behind it', async () => {
    const disk = new MemoryDisk()
    const journal = await Journal.create(path, 'run/begun', null, disk)
    disk.failNextSync = new Error('EIO')
    await expect(journal.append('a', 1)).rejects.toThrow()
    const sameBoot = disk.afterKill()
    {
      await using next = await Journal.open(path, () => undefined, sameBoot)
      await next.append('b', 2)
    }
    expect(await keysOf(sameBoot.restart(nothingMore))).toEqual(['run/begun', 'a', 'b'])
  })
})
