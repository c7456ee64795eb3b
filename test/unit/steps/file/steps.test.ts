import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Value } from 'typebox/value'
import { folderBinding } from '../../../../steps/file/binding.ts'
import { canonicalJson } from '../../../../steps/file/canonical-json.ts'
import { localFolder } from '../../../../steps/file/local-folder.ts'
import { read } from '../../../../steps/file/read.ts'
import { folderSimulator } from '../../../../steps/file/simulator.ts'
import { write } from '../../../../steps/file/write.ts'
import { contextFor } from '../../../contract/contract-context.ts'

let base = ''

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'runbook-files-'))
})
afterEach(() => rmSync(base, { recursive: true }))

function open(path: string) {
  return folderBinding.open(
    { path },
    {
      name: 'out',
      runId: undefined,
      baseFolder: base,
      sandbox: true,
      signal: new AbortController().signal,
      login: () => Promise.reject(new Error('a folder needs no credential')),
    },
  )
}

describe('file.write', () => {
  it('asks a person about another content', async () => {
    writeFileSync(join(base, 'a.txt'), 'other')
    const answer = await write.check({ name: 'a.txt', content: 'wanted' }, contextFor<'folder'>(localFolder(base)))
    expect(answer).toMatchObject({ state: 'conflict' })
  })
})

describe('file.read', () => {
  it('refuses another file than the digest names, and what is no text', async () => {
    writeFileSync(join(base, 'a.txt'), 'text')
    writeFileSync(join(base, 'b.der'), Uint8Array.of(0x30, 0x82, 0xff))
    const context = contextFor<'folder'>(localFolder(base))
    await expect(read.check({ name: 'a.txt', sha256: '0'.repeat(64) }, context)).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(read.check({ name: 'b.der' }, context)).rejects.toMatchObject({ code: 'invalid' })
    await expect(read.check({ name: 'c.txt' }, context)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('canonicalJson', () => {
  it('gives the same text whatever the order of the keys', () => {
    const text = '{\n  "a": {\n    "x": null,\n    "y": [\n      2,\n      1\n    ]\n  },\n  "b": "ü"\n}\n'
    expect(canonicalJson({ b: 'ü', a: { y: [2, 1], x: null } })).toBe(text)
    expect(canonicalJson({ a: { x: null, y: [2, 1] }, b: 'ü' })).toBe(text)
  })
})

describe('the folder binding', () => {
  it('finds a folder beside the environment file, and makes none', async () => {
    mkdirSync(join(base, 'out'))
    expect((await open('out')).facts['path']).toContain('out')
    await expect(open('none')).rejects.toMatchObject({ code: 'not-found', hint: `mkdir -p ${join(base, 'none')}` })
    writeFileSync(join(base, 'file'), '')
    await expect(open('file')).rejects.toMatchObject({ code: 'invalid' })
  })

  it('notices when another folder has its place', async () => {
    mkdirSync(join(base, 'out'))
    const opened = await open('out')
    await opened.verify()
    renameSync(join(base, 'out'), join(base, 'moved'))
    mkdirSync(join(base, 'out'))
    await expect(opened.verify()).rejects.toMatchObject({ code: 'conflict' })
  })

  it('opens what its simulator makes, the same one after a restart', async () => {
    const world = {
      folder: join(base, 'world'),
      tokenFolder: join(base, 'tokens'),
      clock: { now: Date.now, advanceTo: () => undefined },
      ledger: { commit: () => undefined },
      faults: { take: () => undefined },
    }
    const { entry } = await (await folderSimulator.start(world)).binding('out', {})
    expect(Value.Check(folderBinding.config, entry)).toBe(true)
    const { path } = Value.Parse(folderBinding.config, entry)
    await (await open(path)).capability.create('kept', Buffer.from('x'))
    expect((await (await folderSimulator.start(world)).binding('out', {})).entry).toEqual(entry)
    expect(await (await open(path)).capability.read('kept')).toEqual(Buffer.from('x'))
  })
})
