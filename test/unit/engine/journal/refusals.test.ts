import { describe, expect, it } from 'vitest'
import { JournalError } from '../../../../engine/journal/journal-error.ts'
import { Journal } from '../../../../engine/journal/journal.ts'
import { MemoryDisk } from './memory-disk.ts'

const path = 'STATE/runs/RUN/journal.jsonl'

const meanings = {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's quota is used up",
  EIO: 'the disk failed',
  EROFS: 'the file system is read-only',
  EMFILE: 'this process has too many files open',
  ENFILE: 'the machine has too many files open',
} as const

const records = ['run/begun', 'a', 'b', 'c']

/** Begins or goes on, from a torn line on where there is one. What was acknowledged or believed goes to `acknowledged`. */
async function work(disk: MemoryDisk, acknowledged: string[]): Promise<void> {
  const found: string[] = []
  await using journal = disk.paths().includes(path)
    ? await Journal.open(path, ({ key }) => found.push(key), disk)
    : await Journal.create(path, records[0] ?? '', null, disk)
  acknowledged.splice(0, acknowledged.length, ...(found.length === 0 ? records.slice(0, 1) : found))
  for (const key of records.slice(acknowledged.length)) {
    await journal.append(key, null)
    acknowledged.push(key)
  }
}

async function tornDisk(): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  const journal = await Journal.create(path, records[0] ?? '', null, disk)
  await journal.append('a', null)
  disk.put(path, Buffer.concat([disk.contentOf(path), Buffer.from('{"v":1,"seq":2,"at"')]))
  return disk.afterKill()
}

describe.each(Object.entries(meanings))('a disk that refuses with %s', (errno, meaning) => {
  it.each([
    ['a new journal', () => Promise.resolve(new MemoryDisk())],
    ['one with a torn line', tornDisk],
  ])('is named at every operation on %s, and nothing is lost', async (_, makeDisk) => {
    const undisturbed = await makeDisk()
    const first = undisturbed.operations
    await work(undisturbed, [])
    expect(undisturbed.operations - first).toBeGreaterThan(8)
    for (let at = first; at < undisturbed.operations; at += 1) {
      const disk = await makeDisk()
      disk.refusal = { at, errno }
      const acknowledged: string[] = []
      const error: unknown = await work(disk, acknowledged).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(JournalError)
      expect(error).toMatchObject({
        code: expect.stringMatching(/^(read|write)-failed$/),
        message: expect.stringContaining(`\`${path}\``),
        hint: expect.stringMatching(/resume/),
      })
      expect((error as JournalError).message).toContain(`${meaning} (\`${errno}\`)`)

      // room is made, the disk mended: in the same boot and in the next
      for (const next of [disk.afterKill(), disk.restart({ tear: () => Buffer.alloc(0), names: true })]) {
        const again: string[] = [...acknowledged]
        await work(next, again)
        expect(again.slice(0, acknowledged.length)).toEqual(acknowledged)
        expect(again).toEqual(records)
      }
    }
  })
})
