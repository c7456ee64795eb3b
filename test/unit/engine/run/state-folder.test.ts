import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  defaultStatePath,
  listRunIds,
  lookIntoStateFolder,
  openStateFolder,
} from '../../../../engine/run/state-folder.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-state-'))
})

afterEach(() => rm(folder, { recursive: true }))

describe('a state folder', () => {
  it('is made on first use, for its owner alone', async () => {
    const path = join(folder, 'deep', 'state')
    expect(await openStateFolder(path)).toEqual({ path })
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    expect(await openStateFolder(path)).toEqual({ path })
    expect((await readdir(path)).sort()).toEqual(['locks', 'runs'])
  })

  it('is refused, with a hint, where something else stands in its place', async () => {
    await writeFile(join(folder, 'file'), '')
    for (const path of ['file', 'file/state'])
      await expect(openStateFolder(join(folder, path))).rejects.toMatchObject({
        name: 'StateFolderError',
        message: expect.stringMatching(/cannot be written \(`(EEXIST|ENOTDIR)`\)/),
        hint: expect.stringContaining('--state'),
      })
  })

  it('is refused on a network file system', async () => {
    for (const [type, name] of [
      [0x6969, 'NFS'],
      [0xfe534d42, 'SMB2'],
      [0x65735546, 'FUSE'],
    ] as const)
      await expect(openStateFolder(folder, () => Promise.resolve(type))).rejects.toMatchObject({
        name: 'StateFolderError',
        message: expect.stringContaining(name),
      })
    await openStateFolder(folder, () => Promise.resolve(0xef53)) // ext4
  })

  it('is looked into without being made', async () => {
    const state = lookIntoStateFolder(join(folder, 'none'))
    expect(await listRunIds(state)).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('is where the variables say', () => {
    expect(defaultStatePath({ RUNBOOK_STATE: '/a', XDG_STATE_HOME: '/b' })).toBe('/a')
    expect(defaultStatePath({ XDG_STATE_HOME: '/b' })).toBe('/b/runbook')
    expect(defaultStatePath({})).toMatch(/\/\.local\/state\/runbook$/)
  })
})
