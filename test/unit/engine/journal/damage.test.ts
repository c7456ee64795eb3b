import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { noHash } from '../../../../engine/journal/entry.ts'
import type { JournalError } from '../../../../engine/journal/journal-error.ts'
import { Journal } from '../../../../engine/journal/journal.ts'
import { MemoryDisk } from './memory-disk.ts'

const path = 'journal.jsonl'
let whole: Buffer
let lines: readonly Buffer[]

beforeAll(async () => {
  const disk = new MemoryDisk()
  await using journal = await Journal.create(path, 'run/begun', { run: 'x' }, disk)
  await journal.append('a', 'replacement \uFFFD character')
  await journal.append('b', { hash: 'c', n: 1 })
  await journal.append('d', null)
  whole = disk.contentOf(path)
  lines = linesOf(whole)
})

function linesOf(bytes: Buffer): Buffer[] {
  const list: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from) + 1
    list.push(bytes.subarray(from, end))
    from = end
  }
  return list
}

async function opened(content: Buffer): Promise<{ readonly keys: readonly string[]; readonly disk: MemoryDisk }> {
  const disk = new MemoryDisk()
  disk.put(path, content)
  const keys: string[] = []
  await using _journal = await Journal.open(path, ({ key }) => keys.push(key), disk)
  return { keys, disk }
}

async function refusal(content: Buffer): Promise<Pick<JournalError, 'code' | 'message'>> {
  const { code, message } = (await opened(content).then(
    () => ({ code: 'opened', message: '' }),
    (error: unknown) => error as JournalError,
  )) as JournalError
  return { code, message }
}

const damagedAt = (line: number) => ({ code: 'damaged', message: expect.stringContaining(`at line ${line} (`) })

describe('a damaged journal', () => {
  it('is refused, with the line, for each byte that was changed before the last line', async () => {
    const [first, second, third] = lines
    if (first === undefined || second === undefined || third === undefined) throw new Error('four lines were written')
    const beforeLast = first.length + second.length + third.length
    // the last of these is the line feed between the last two lines: without it both are one damaged last line
    for (let at = 0; at < beforeLast - 1; at += 1) {
      for (const changedBy of [1, 0x80]) {
        const changed = Buffer.from(whole)
        changed[at] = (changed[at] ?? 0) ^ changedBy
        const line = at < first.length ? 1 : at < first.length + second.length ? 2 : 3
        expect(await refusal(changed)).toEqual(damagedAt(line))
      }
    }
  })

  it('is refused where bytes changed that read as the same text', async () => {
    const replacement = Buffer.from('\uFFFD')
    const at = whole.indexOf(replacement)
    const changed = Buffer.concat([whole.subarray(0, at), Buffer.of(0xff), whole.subarray(at + replacement.length)])
    expect(await refusal(changed)).toEqual(damagedAt(2))
  })

  it('is refused when a line was moved, lost or doubled', async () => {
    const at = (...numbers: number[]) => Buffer.concat(numbers.flatMap((n) => lines[n] ?? []))
    expect(await refusal(at(0, 2, 1, 3))).toEqual(damagedAt(2))
    expect(await refusal(at(0, 1, 3))).toEqual(damagedAt(3))
    expect(await refusal(at(1, 2, 3))).toEqual(damagedAt(1))
    expect(await refusal(at(0, 1, 1, 2, 3))).toEqual(damagedAt(3))
    expect(await refusal(at(0, 1, 2, 3, 3))).toEqual(damagedAt(5))
  })

  it('is refused when a whole line stands behind a torn one', async () => {
    const half = lines[2]?.subarray(0, 20) ?? Buffer.alloc(0)
    const torn = Buffer.concat([...lines.slice(0, 2), half, Buffer.from('\n'), ...lines.slice(2)])
    expect(await refusal(torn)).toEqual(damagedAt(3))
  })

  it('is refused when not even its first line is whole, which was durable before the file appeared', async () => {
    expect(await refusal(Buffer.alloc(0))).toEqual(damagedAt(1))
    expect(await refusal(whole.subarray(0, 50))).toEqual(damagedAt(1))
  })

  it('is refused politely when a newer release wrote it', async () => {
    const covered = `{"v":2,"seq":0,"at":"2026-01-01T00:00:00.000Z","key":"a","value":1,"prev":"${noHash}"`
    const hash = createHash('sha256').update(covered).digest('hex')
    expect(await refusal(Buffer.from(`${covered},"hash":"${hash}"}\n`))).toEqual({
      code: 'newer',
      message: expect.stringMatching(/format 2.*format 1/),
    })
  })

  it('is missing when there is none', async () => {
    await expect(Journal.open(path, () => undefined, new MemoryDisk())).rejects.toMatchObject({ code: 'missing' })
  })

  it('shows the loss of its last lines in its head alone', async () => {
    const { keys } = await opened(Buffer.concat(lines.slice(0, 2)))
    expect(keys).toEqual(['run/begun', 'a'])
  })

  it('has its torn last line set aside and cut off', async () => {
    const torn = Buffer.concat([...lines.slice(0, 3), Buffer.from('{"v":1,"se\u0000')])
    const { keys, disk } = await opened(torn)
    expect(keys).toEqual(['run/begun', 'a', 'b'])
    expect(disk.contentOf(path)).toEqual(Buffer.concat(lines.slice(0, 3)))
    const [, aside] = disk.paths()
    expect(disk.contentOf(aside ?? '').toString()).toBe('{"v":1,"se\u0000')
  })

  it('has a second torn line at the same place set aside beside the first', async () => {
    const { disk } = await opened(Buffer.concat([...lines.slice(0, 3), Buffer.from('first')]))
    disk.put(path, Buffer.concat([...lines.slice(0, 3), Buffer.from('second')]))
    await using _journal = await Journal.open(path, () => undefined, disk)
    const aside = disk.paths().filter((name) => name !== path)
    expect(aside.map((name) => disk.contentOf(name).toString())).toEqual(['first', 'second'])
  })
})
