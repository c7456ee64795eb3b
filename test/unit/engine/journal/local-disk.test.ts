import { createHash } from 'node:crypto'
import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFileDurably } from '../../../../engine/journal/durable-file.ts'
import { localDisk } from '../../../../engine/journal/disk.ts'
import { Journal } from '../../../../engine/journal/journal.ts'
import { readJournal } from '../../../../engine/journal/read-journal.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-journal-'))
  path = join(folder, 'journal.jsonl')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('a journal on this disk', () => {
  it('keeps every whole line and sets the rest aside, wherever the file was cut', async () => {
    const ends: number[] = []
    {
      await using journal = await Journal.create(path, 'run/begun', { run: 'x' })
      ends.push((await readFile(path)).length)
      for (const key of ['a']) {
        await journal.append(key, `${key} äöü`)
        ends.push((await readFile(path)).length)
      }
    }
    const whole = await readFile(path)
    for (let cut = ends[0] ?? 0; cut < whole.length; cut += 1) {
      const at = join(folder, `cut-${cut}.jsonl`)
      await writeFile(at, whole.subarray(0, cut))
      const kept = ends.filter((end) => end <= cut)
      const keys: string[] = []
      const { torn } = await readJournal(localDisk, at, ({ key }) => keys.push(key))
      expect(keys).toEqual(['run/begun', 'a'].slice(0, kept.length))
      const from = kept.at(-1) ?? 0
      expect(torn.bytes).toEqual(whole.subarray(from, cut))
      if (cut % 25 !== 0) continue
      {
        await using journal = await Journal.open(at, () => undefined)
        await journal.append('after', cut)
      }
      if (torn.bytes.length > 0) expect(await readFile(`${at}.torn-${from}`)).toEqual(whole.subarray(from, cut))
      const again: string[] = []
      await using _journal = await Journal.open(at, ({ key }) => again.push(key))
      expect(again).toEqual([...keys, 'after'])
    }
  })

  it('is created by one of many', async () => {
    const created = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => Journal.create(path, 'run/begun', n)))
    expect(created.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of created) {
      if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]()
      else expect(result.reason).toMatchObject({ code: 'exists' })
    }
    expect(await readdir(folder)).toEqual(['journal.jsonl'])
  })
})

it('stops when somebody removed the journal while it goes on, since nobody could ever read what it writes', async () => {
  const journal = await Journal.create(path, 'run/begun', {})
  await rm(folder, { recursive: true })
  await expect(journal.append('step/a/started', {})).rejects.toMatchObject({
    code: 'write-failed',
    message: `journal \`${path}\` was removed while the run goes on`,
  })
  await journal[Symbol.asyncDispose]()
})

describe('createFileDurably', () => {
  it('tells a file with this content from one with another, and changes neither', async () => {
    expect(await createFileDurably(path, Buffer.from('one'))).toBe('created')
    expect(await createFileDurably(path, Buffer.from('one'))).toBe('identical')
    expect(await createFileDurably(path, Buffer.from('two'))).toBe('different')
    expect(await readFile(path, 'utf8')).toBe('one')
    expect(await readdir(folder)).toEqual(['journal.jsonl'])
  })

  it('leaves a file alone whose temporary name survived the process that made it', async () => {
    await createFileDurably(path, Buffer.from('one'))
    // killed between link and unlink: the second name is removed, and never written through
    await link(path, temporary('two'))
    expect(await createFileDurably(path, Buffer.from('two'))).toBe('different')
    expect(await readFile(path, 'utf8')).toBe('one')
  })

  it('clears what a killed process left half way of the same file', async () => {
    await writeFile(temporary('one'), 'o')
    expect(await createFileDurably(path, Buffer.from('one'))).toBe('created')
    expect(await readFile(path, 'utf8')).toBe('one')
    expect(await readdir(folder)).toEqual(['journal.jsonl'])
  })

  it('is made once by many that make the very same one', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => createFileDurably(path, Buffer.from('one'))))
    expect(made.filter((each) => each === 'created')).toHaveLength(1)
    expect(made.filter((each) => each === 'identical')).toHaveLength(7)
    expect(await readdir(folder)).toEqual(['journal.jsonl'])
  })
})

/** The name under which a file of this content is made before it appears. */
function temporary(content: string): string {
  return `${path}.new-${createHash('sha256').update(content).digest('hex').slice(0, 16)}-0123456789abcdef`
}
