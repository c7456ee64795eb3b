import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Folder } from '../../../../engine/step/capabilities.ts'
import { localFolder } from '../../../../steps/file/local-folder.ts'

const bytes = Buffer.from('one')
let path = ''
let folder: Folder

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'runbook-folder-'))
  folder = localFolder(path)
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

describe('localFolder', () => {
  it('writes once, takes the same again, and replaces nothing', async () => {
    await folder.create('root.pem', bytes)
    await folder.create('root.pem', bytes)
    await expect(folder.create('root.pem', Buffer.from('two'))).rejects.toMatchObject({ code: 'conflict' })
    expect(await folder.read('root.pem')).toEqual(bytes)
    expect(readdirSync(path)).toEqual(['root.pem'])
  })

  it('lets one of two writers of a name win', async () => {
    const outcomes = await Promise.allSettled(
      ['one', 'two'].map((text) => folder.create('root.pem', Buffer.from(text))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(await folder.read('root.pem')).toEqual(bytes)
  })

  it('removes exactly what it is told to, and a missing one is success', async () => {
    await folder.create('root.pem', bytes)
    await expect(folder.remove('root.pem', Buffer.from('two'))).rejects.toMatchObject({ code: 'conflict' })
    await folder.remove('root.pem', bytes)
    await folder.remove('root.pem', bytes)
    expect(readdirSync(path)).toEqual([])
  })

  it('takes no name that could leave the folder', async () => {
    for (const name of ['../x', '/etc/passwd', 'a/b', '..', '.', '', '.hidden', 'a\0b', 'x'.repeat(201)])
      await expect(folder.read(name), name).rejects.toMatchObject({ code: 'invalid' })
  })

  it('follows no symbolic link', async () => {
    writeFileSync(join(path, 'there'), 'one')
    symlinkSync('there', join(path, 'link'))
    symlinkSync('nowhere', join(path, 'dangling'))
    await expect(folder.read('link')).rejects.toMatchObject({ code: 'conflict' })
    await expect(folder.create('link', bytes)).rejects.toMatchObject({ code: 'conflict' })
    await expect(folder.create('dangling', bytes)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('takes a folder of that name for something else', async () => {
    mkdirSync(join(path, 'root.pem'))
    await expect(folder.read('root.pem')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('does not look empty when it is gone', async () => {
    rmSync(path, { recursive: true })
    await expect(folder.read('root.pem')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('writes what others may read', async () => {
    const before = process.umask(0o022)
    await folder.create('root.pem', bytes)
    process.umask(before)
    expect(statSync(join(path, 'root.pem')).mode & 0o777).toBe(0o644)
  })
})
