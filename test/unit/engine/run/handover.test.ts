import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import { acceptRun, handOver } from '../../../../engine/run/handover.ts'
import { resumeRun } from '../../../../engine/run/resume-run.ts'
import { summarizeRun } from '../../../../engine/run/run-summary.ts'
import { openStateFolder, type StateFolder } from '../../../../engine/run/state-folder.ts'
import { readStateId, stateId } from '../../../../engine/run/state-id.ts'
import type { Runbook } from '../../../../engine/document/runbook.ts'
import { loadRunbook } from '../../../../engine/document/load-runbook.ts'
import { readSource } from '../../../../engine/diagnostics/read-source.ts'
import { openSite, type Site } from '../../../crash/toys/site.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'

const text = `runbook: toy
format: 1
version: 1.0.0
title: Toy
again: converge
bindings:
  world: { kind: toy-world }
steps:
  - { id: a, uses: toy.set-setting, target: world, with: { name: a, value: 1 } }
  - { id: letter, uses: toy.send-letter, target: world, with: { to: eve } }
`
const by = { user: 'op', host: 'here', principal: 'olga' }
let site: Site
let here: StateFolder
let there: StateFolder
let runbook: Runbook
let runId: string

beforeEach(async () => {
  site = await openSite()
  here = await openStateFolder(join(site.folder, 'state'))
  there = await openStateFolder(join(site.folder, 'other'))
  const path = join(site.folder, 'toy.yaml')
  writeFileSync(path, text)
  const { source } = await readSource(path)
  const loaded = source === undefined ? undefined : (await loadRunbook(source, [toyFamily])).runbook
  if (loaded === undefined) throw new Error('the toy has a mistake')
  runbook = loaded
  const { runId: run } = await applyRunbook(await site.parts(runbook, { state: here, until: 'a' }))
  runId = run
})
afterEach(() => site[Symbol.asyncDispose]())

const at = (name: string): string => join(site.folder, name)
const resumeIn = async (state: StateFolder) => resumeRun(runId, await site.parts(runbook, { state }))
const hand = async (from: StateFolder, to: StateFolder, out: string) =>
  handOver({ state: from, runId, to: await stateId(to), out: at(out), by })

it('gives each state folder an id of its own, once', async () => {
  const id = await stateId(here)
  expect(id).toMatch(/^[0-9a-f]{20}$/)
  expect(await stateId(here)).toBe(id)
  expect(await stateId(there)).not.toBe(id)
})

describe('a run that was handed over', () => {
  it('goes on there, and not here', async () => {
    await hand(here, there, 'usb')
    await expect(resumeIn(here)).rejects.toMatchObject({ reason: 'handed-over' })
    await acceptRun(there, at('usb'), { ...by, principal: 'otto' })
    expect(await resumeIn(there)).toMatchObject({ outcome: 'done' })
    expect(site.world.ledger).toEqual(['SendLetter eve'])
    await expect(resumeIn(here)).rejects.toMatchObject({
      message: expect.stringContaining(`was handed over by olga (op) on here, `),
    })
    expect((await summarizeRun(here, runId)).state).toBe('handed-over')
  })

  it('is refused to a folder that is not the one named, and to one that somebody copied into place', async () => {
    await hand(here, there, 'usb')
    const third = await openStateFolder(at('third'))
    await expect(acceptRun(third, at('usb'), by)).rejects.toMatchObject({ reason: 'handed-over' })
    cpSync(at('usb'), join(third.path, 'runs', runId), { recursive: true })
    await expect(resumeIn(third)).rejects.toMatchObject({ reason: 'handed-over' })
    await acceptRun(there, at('usb'), by)
    rmSync(join(third.path, 'runs', runId), { recursive: true })
    cpSync(join(there.path, 'runs', runId), join(third.path, 'runs', runId), { recursive: true })
    await stateId(third)
    await expect(resumeIn(third)).rejects.toMatchObject({ reason: 'handed-over' })
  })

  it('is taken up once: again changes nothing, also when it went on meanwhile', async () => {
    await hand(here, there, 'usb')
    expect((await acceptRun(there, at('usb'), by)).again).toBe(false)
    await resumeIn(there)
    const { head } = await summarizeRun(there, runId)
    expect((await acceptRun(there, at('usb'), by)).again).toBe(true)
    expect((await summarizeRun(there, runId)).head).toEqual(head)
  })

  it('is written again by the same command, whatever became of the first', async () => {
    const first = await hand(here, there, 'usb')
    const second = await hand(here, there, 'usb2')
    expect(second).toMatchObject({ again: true, head: first.head })
    await expect(handOver({ state: here, runId, to: '0'.repeat(20), out: at('usb3'), by })).rejects.toMatchObject({
      reason: 'handed-over',
    })
  })

  it('comes back, and is handed over again', async () => {
    await hand(here, there, 'out')
    await acceptRun(there, at('out'), by)
    await hand(there, here, 'back')
    await expect(resumeIn(there)).rejects.toMatchObject({ reason: 'handed-over' })
    await acceptRun(here, at('back'), by)
    expect(readdirSync(join(here.path, 'runs'))).toEqual([runId])
    await hand(here, there, 'out-again')
    await acceptRun(there, at('out-again'), by)
    expect(await resumeIn(there)).toMatchObject({ outcome: 'done' })
  })
})

describe('nothing is sealed', () => {
  it('where the folder to write is there, or cannot be made', async () => {
    await expect(hand(here, there, 'toy.yaml')).rejects.toMatchObject({ reason: 'refused' })
    await expect(hand(here, there, 'no/such/folder')).rejects.toMatchObject({ reason: 'refused' })
    expect(await resumeIn(here)).toMatchObject({ outcome: 'done' })
  })

  it('where the runbook is not what the run began with', async () => {
    writeFileSync(at('toy.yaml'), `${text}# later\n`)
    await expect(hand(here, there, 'usb')).rejects.toMatchObject({ reason: 'changed' })
    expect(await resumeIn(here)).toMatchObject({ outcome: 'done' })
  })

  it('of a run that came to its end', async () => {
    await resumeIn(here)
    await expect(hand(here, there, 'usb')).rejects.toMatchObject({ reason: 'refused' })
  })
})

it('does not take up what was changed on the way', async () => {
  await hand(here, there, 'usb')
  writeFileSync(join(at('usb'), 'journal.jsonl'), '{"v":1}\n', { flag: 'a' })
  await expect(acceptRun(there, at('usb'), by)).rejects.toBeInstanceOf(Error)
  expect(readdirSync(join(there.path, 'runs'))).toEqual([])
  expect(await readStateId(there)).toBeDefined()
})
