import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Journal } from '../../../../engine/journal/journal.ts'
import { RecordStore } from '../../../../engine/run/record-store.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-store-'))
  path = join(folder, 'journal.jsonl')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

const large = (n: number) => ({ text: `${n}ä`.repeat(400), list: [n, null] })

describe('the records of a journal', () => {
  it('are given back, small and large, of this process and of the one before', async () => {
    const first = new RecordStore(path)
    {
      await using journal = await Journal.create(path, 'run/begun', { small: true })
      for (let n = 0; n < 5; n += 1) first.keep(await journal.append(`large/${n}`, large(n)))
      await Promise.all(['a', 'b"\\ü'].map(async (key) => first.keep(await journal.append(key, [key]))))
    }
    const second = new RecordStore(path)
    await using _journal = await Journal.open(path, (entry) => second.keep(entry))
    for (const store of [first, second]) {
      using given = store
      for (let n = 0; n < 5; n += 1) expect(given.get(`large/${n}`)).toEqual(large(n))
      expect(given.get('a')).toEqual(['a'])
      expect(given.get('b"\\ü')).toEqual(['b"\\ü'])
      expect(given.has('c')).toBe(false)
      expect(given.get('c')).toBeUndefined()
    }
    expect(second.get('run/begun')).toEqual({ small: true })
  })

  it('keeps the first value of a key', async () => {
    await using journal = await Journal.create(path, 'run/begun', null)
    using store = new RecordStore(path)
    store.keep(await journal.append('a', 1))
    store.keep(await journal.append('a', 2))
    expect(store.get('a')).toBe(1)
  })

  it('keeps large values out of memory, but for some that were read lately', async () => {
    const texts = Array.from({ length: 24 }, (_, n) => String(n).padEnd(600_000, 'x'))
    await using journal = await Journal.create(path, 'run/begun', null)
    using store = new RecordStore(path)
    for (const [n, text] of texts.entries()) store.keep(await journal.append(`k${n}`, [text]))
    for (const [n, text] of texts.entries()) expect(store.get(`k${n}`)).toEqual([text])
    const last = store.get('k23')
    expect(store.get('k23')).toBe(last) // still in memory: the very same
    const first = store.get('k0')
    for (const n of texts.keys()) store.get(`k${n}`)
    expect(store.get('k0')).not.toBe(first) // read again
  })

  it('are checked again when they are read back', async () => {
    await using journal = await Journal.create(path, 'run/begun', null)
    using store = new RecordStore(path)
    const changed = await journal.append('b', large(2))
    store.keep(changed)
    store.keep({ ...(await journal.append('c', large(3))), key: 'd' })
    const file = await open(path, 'r+')
    await file.write(Buffer.from('9'), 0, 1, changed.offset + 400)
    await file.close()
    expect(() => store.get('b')).toThrow(expect.objectContaining({ code: 'damaged' }))
    expect(() => store.get('d')).toThrow(expect.objectContaining({ code: 'damaged' }))
  })
})
