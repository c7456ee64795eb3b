import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { programWords } from '../../../../engine/cli/program-words.ts'

let dir: string
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'runbook-words-')))
  mkdirSync(join(dir, 'bin'))
  for (const name of ['node', 'runbook.js']) {
    writeFileSync(join(dir, name), '')
    chmodSync(join(dir, name), 0o755)
  }
})
afterEach(() => rmSync(dir, { recursive: true }))

const words = (cwd = dir): readonly string[] =>
  programWords({
    runtime: join(dir, 'node'),
    script: join(dir, 'runbook.js'),
    cwd,
    path: join(dir, 'bin'),
    byNpx: false,
  })

it('is `runbook` where the PATH leads to this program', () => {
  symlinkSync(join(dir, 'runbook.js'), join(dir, 'bin', 'runbook'))
  expect(words()).toEqual(['runbook'])
})

it('is `npx runbook` where npx started it, whose PATH is not that of the shell', () => {
  const place = { runtime: join(dir, 'node'), script: join(dir, 'runbook.js'), cwd: dir, path: join(dir, 'bin') }
  symlinkSync(join(dir, 'runbook.js'), join(dir, 'bin', 'runbook'))
  expect(programWords({ ...place, byNpx: true })).toEqual(['npx', 'runbook'])
})

it('is what was typed where another `runbook` is on the PATH, or none', () => {
  symlinkSync(join(dir, 'node'), join(dir, 'bin', 'runbook'))
  symlinkSync(join(dir, 'node'), join(dir, 'bin', 'node'))
  expect(words()).toEqual(['node', 'runbook.js'])
})

it('names files by their paths where nothing else finds them', () => {
  expect(words('/')).toEqual([join(dir, 'node'), join(dir, 'runbook.js').slice(1)])
  expect(words(join(dir, 'bin'))).toEqual([join(dir, 'node'), join(dir, 'runbook.js')])
})
