import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { inboxPath, putIntoInbox, readInbox } from '../../../../engine/approval/inbox.ts'

let run = ''
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'runbook-inbox-'))
})
afterEach(() => rmSync(run, { recursive: true }))

it('has nothing before anybody answered', async () => {
  expect(await readInbox(run)).toEqual({ items: [], broken: [] })
})

it('gives back what was put, in the same order each time', async () => {
  const paths = [await putIntoInbox(run, 'approval', 'b\n'), await putIntoInbox(run, 'approval', 'a\n')]
  paths.push(await putIntoInbox(run, 'resolution', 'c\n'))
  const { items, broken } = await readInbox(run)
  expect(broken).toEqual([])
  expect(items.map(({ path }) => path)).toEqual(paths.toSorted())
  expect(new Set(items.map(({ kind, text }) => `${kind} ${text}`))).toEqual(
    new Set(['approval a\n', 'approval b\n', 'resolution c\n']),
  )
})

it('holds the same answer once, readable by its owner alone', async () => {
  const path = await putIntoInbox(run, 'approval', 'yes\n')
  expect(await putIntoInbox(run, 'approval', 'yes\n')).toBe(path)
  expect(readdirSync(inboxPath(run))).toEqual([basename(path)])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(inboxPath(run)).mode & 0o777).toBe(0o700)
})

it('takes many answers at once', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => putIntoInbox(run, 'approval', `${n % 10}\n`)))
  expect((await readInbox(run)).items).toHaveLength(10)
})

it('tells broken files apart, leaves them, and waits for none of them', async () => {
  const good = await putIntoInbox(run, 'approval', 'good\n')
  const half = await putIntoInbox(run, 'approval', 'half written\n')
  truncateSync(half, 4)
  const inbox = inboxPath(run)
  const named = (character: string): string => join(inbox, `approval-${character.repeat(64)}.json`)
  mkdirSync(named('0'))
  execFileSync('mkfifo', [named('1')])
  symlinkSync(good, named('2'))
  writeFileSync(named('3'), Buffer.alloc(1024 * 1024 + 1))
  writeFileSync(join(inbox, 'notes.txt'), 'hello')
  const { items, broken } = await readInbox(run)
  expect(items.map(({ text }) => text)).toEqual(['good\n'])
  expect(new Map(broken.map(({ path, why }) => [basename(path), why]))).toEqual(
    new Map([
      [basename(named('0')), 'it is no file'],
      [basename(named('1')), 'it is no file'],
      [basename(named('2')), 'it cannot be read (`ELOOP`)'],
      [basename(named('3')), 'it is larger than 1 MiB'],
      [basename(half), 'its content is not what its name says'],
      ['notes.txt', 'its name is not one that `runbook` gives'],
    ]),
  )
  expect(readdirSync(inbox)).toHaveLength(7)
})

it('says nothing of a file that is being written', async () => {
  await putIntoInbox(run, 'approval', 'good\n')
  writeFileSync(join(inboxPath(run), `approval-${'0'.repeat(64)}.json.new-0123456789abcdef`), 'ha')
  expect((await readInbox(run)).broken).toEqual([])
})
