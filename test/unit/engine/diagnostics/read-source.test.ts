import { chmod, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSource } from '../../../../engine/diagnostics/read-source.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-read-source-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('readSource', () => {
  it('reads UTF-8 and its digest, without the byte order mark', async () => {
    const path = await file('text', '\ufeffa: é\n')
    const { source, diagnostics } = await readSource(path)
    expect(diagnostics).toEqual([])
    expect(source).toMatchObject({ path, text: 'a: é\n' })
    expect(source?.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    ['a missing file', () => join(folder, 'nowhere'), 'unreadable-file', 'no such file'],
    ['a folder', () => folder, 'unreadable-file', 'is a directory, not a file'],
    [
      'a path through a file',
      () => join(import.meta.filename, 'x'),
      'unreadable-file',
      'no such file: a part of the path is not a directory',
    ],
    ['an endless device', () => '/dev/zero', 'file-too-large', 'file is larger than 1 MiB'],
  ])('refuses %s', async (_, path, code, message) => {
    const { source, diagnostics } = await readSource(path())
    expect(source).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code, message, source: { path: path() } }])
  })

  it('refuses a file of 50 MB without reading it', async () => {
    const path = await file('large', '')
    const handle = await open(path, 'w')
    await handle.close()
    await truncate(path, 50_000_000)
    const before = process.memoryUsage().arrayBuffers
    expect((await readSource(path)).diagnostics).toMatchObject([{ code: 'file-too-large' }])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
  })

  it('accepts a file of 1 MiB', async () => {
    const path = await file('full', '#'.repeat(1024 * 1024))
    expect((await readSource(path)).diagnostics).toEqual([])
  })

  it.each([
    ['Latin-1', Buffer.from('a: Sch\xf6n', 'latin1'), 6],
    ['a NUL byte', Buffer.from('a: b\0c'), 4],
    ['a cut character', Buffer.from([0x61, 0xe9, 0x8d]), 1],
  ])('refuses %s and says where', async (_, bytes, at) => {
    const path = await file('bytes', bytes)
    expect((await readSource(path)).diagnostics).toMatchObject([{ code: 'not-text', span: { start: at } }])
  })

  it('accepts a replacement character that was written', async () => {
    expect((await readSource(await file('fffd', 'a: \ufffd'))).diagnostics).toEqual([])
  })

  it.skipIf(process.getuid?.() === 0)('refuses a file without permission (root may read everything)', async () => {
    const path = await file('locked', 'a: b')
    await chmod(path, 0)
    expect((await readSource(path)).diagnostics).toMatchObject([{ message: 'no permission to read the file' }])
  })
})

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
