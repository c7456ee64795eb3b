import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Runbook } from '../../../../engine/document/runbook.ts'
import { localDisk } from '../../../../engine/journal/disk.ts'
import { readJournal } from '../../../../engine/journal/read-journal.ts'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import { resumeRun } from '../../../../engine/run/resume-run.ts'
import type { ApplyParts } from '../../../../engine/run/run-parts.ts'
import { type RunSummary, summarizeRuns } from '../../../../engine/run/run-summary.ts'
import { journalPath } from '../../../../engine/run/state-folder.ts'
import { Stop } from '../../../../engine/run/stop.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { loadSite, openSite, type Site } from '../../../crash/toys/site.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'

const steps = `
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: root } }
  - { id: hsm, uses: toy.create-hsm, target: world, with: { address: a } }
`
const rest = 'outputs: { hsm: "${{ steps.hsm.outputs.hsmId }}" }'
let site: Site
let runbook: Runbook

beforeEach(async () => {
  site = await openSite()
  runbook = await loadToy(steps, { rest })
})

afterEach(() => site[Symbol.asyncDispose]())

async function runs(): Promise<readonly RunSummary[]> {
  return summarizeRuns((await site.parts(runbook)).state)
}

/** Applies, and stops in the first pause of the HSM. */
async function interrupted(): Promise<string> {
  const stop = new Stop()
  const parts = await site.parts(runbook, {
    stop,
    emit: (event) => void (event.type === 'step-applying' && event.step.id === 'hsm' && stop.request()),
  })
  await expect(applyRunbook(parts)).rejects.toMatchObject({ name: 'Interrupted' })
  const unfinished = (await runs()).find(({ state }) => state === 'unfinished')
  if (unfinished === undefined) throw new Error('no run is unfinished')
  return unfinished.begun.run
}

const apply = async (change: Partial<ApplyParts> = {}, what = runbook) => applyRunbook(await site.parts(what, change))
const resume = async (run: string, change: Partial<ApplyParts> = {}, what = runbook) =>
  resumeRun(run, await site.parts(what, change))

describe('an applied runbook', () => {
  it('leaves its whole story in the journal', async () => {
    const { runId, outputs, head } = await apply()
    expect(outputs).toEqual({ hsm: 'hsm-1' })
    const [summary] = await runs()
    expect(summary).toMatchObject({ state: 'done', outputs, head, torn: false, begun: { run: runId } })
    expect(summary?.steps.map(({ id, state, how }) => [id, state, how])).toEqual([
      ['key', 'done', 'made'],
      ['hsm', 'done', 'made'],
    ])
  })

  it('is refused while an earlier run of it is unfinished, with the command that goes on', async () => {
    const run = await interrupted()
    await expect(apply()).rejects.toMatchObject({ reason: 'refused', hint: `go on with it: \`runbook resume ${run}\`` })
    expect((await resume(run)).outputs).toEqual({ hsm: 'hsm-1' })
    expect(site.world.ledger).toEqual(['GenerateKeyPair root', 'CreateHsm a'])
  })

  it('is refused a second time where it is a ceremony, naming the run that made it', async () => {
    const ceremony = await loadToy(steps, { rest, again: 'refuse' })
    const { runId } = await apply({}, ceremony)
    await expect(apply({}, ceremony)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining(`run \`${runId}\``),
    })
  })

  it('may be applied elsewhere, or with other inputs, meanwhile', async () => {
    await interrupted()
    await using other = await openSite()
    const { state } = await site.parts(runbook)
    expect(await applyRunbook(await other.parts(runbook, { state }))).toMatchObject({ outputs: { hsm: 'hsm-1' } })
  })

  it('converges: a second run finds what is as wanted, and looks into its own journal for nothing', async () => {
    const settings = await loadToy('  - { id: set, uses: toy.set-setting, target: world, with: { name: s, value: 2 } }')
    await apply({}, settings)
    await apply({}, settings)
    expect((await runs()).map((run) => run.steps[0]?.how)).toEqual(['made', 'found'])
  })

  it('closes a run that failed before anything was started, so that the next one begins anew', async () => {
    site.world.plan('FindObjects', { code: 'denied', committed: false, outcomeUnknown: false })
    await expect(apply()).rejects.toMatchObject({ name: 'StepFailed', error: { code: 'denied' } })
    const [closed] = await runs()
    expect(closed?.state).toBe('closed')
    await expect(resume(closed?.begun.run ?? '')).rejects.toMatchObject({ reason: 'refused' })
    expect((await apply()).outputs).toEqual({ hsm: 'hsm-1' })
  })

  it('keeps a run open when somebody approved it, or something was started', async () => {
    const gated = await loadToy(
      '  - { id: key, uses: toy.make-key-pair, target: world, with: { label: r }, approval: { role: custodian, count: 2 } }',
    )
    let looks = 0
    site.world.onRequest = (operation) => {
      if (operation !== 'FindObjects') return
      looks += 1
      if (looks === 2) site.world.plan('FindObjects', { code: 'denied', committed: false, outcomeUnknown: false })
    }
    await expect(apply({}, gated)).rejects.toMatchObject({ name: 'StepFailed' })
    const [open] = await runs()
    expect(open?.state).toBe('unfinished')
    expect(open?.steps[0]?.approvedBy).toEqual(['alice', 'bob'])
    await resume(open?.begun.run ?? '', {}, gated)
    expect(site.world.ledger).toEqual(['GenerateKeyPair r'])
  })
})

describe('a resumed run', () => {
  it('gives its outputs again when it was done', async () => {
    const { runId, outputs, head } = await apply()
    const requests: string[] = []
    site.world.onRequest = (operation) => requests.push(operation)
    expect(await resume(runId)).toMatchObject({ runId, outputs, head, outcome: 'done' })
    expect(requests).toEqual([])
  })

  it('refuses another runbook, another release, and other versions of step types', async () => {
    const run = await interrupted()
    const changed = (message: RegExp) => ({ reason: 'changed', message: expect.stringMatching(message) })
    const edited = await loadToy(steps.replace('root', 'Root'), { rest })
    await expect(resume(run, {}, edited)).rejects.toMatchObject(changed(/runbook .*SHA-256/))
    await expect(resume(run, { toolVersion: '1.0.1' })).rejects.toMatchObject(changed(/was 1\.0\.0, is 1\.0\.1/))
    const stepTypes = toyFamily.stepTypes.map((type) => ({ ...type, version: 2 }))
    const newer = await loadToy(steps, { rest, families: [{ ...toyFamily, stepTypes }] })
    await expect(resume(run, {}, newer)).rejects.toMatchObject(changed(/`toy.create-hsm` \(was version 1, is 2\)/))
    expect(site.world.ledger).toEqual(['GenerateKeyPair root', 'CreateHsm a'])
  })

  it('refuses another target, and takes and journals any other change of the environment', async () => {
    const run = await interrupted()
    await using other = await openSite()
    await expect(resume(run, { environment: other.environment })).rejects.toMatchObject({
      reason: 'changed',
      message: expect.stringContaining('binding `world`'),
    })
    const { name } = site
    const mended = await loadSite(`${name}, note: mended`)
    expect(mended.source.sha256).not.toBe(site.environment.source.sha256)
    await resume(run, { environment: mended })
    const { state } = await site.parts(runbook)
    const processes: unknown[] = []
    await readJournal(localDisk, journalPath(state, run), ({ key, value }) => {
      if (key.startsWith('process/')) processes.push(value)
    })
    expect(processes).toMatchObject([
      { environmentSha256: site.environment.source.sha256, targets: { world: { world: name } } },
      { environmentSha256: mended.source.sha256 },
    ])
  })

  it('stands in the way of a new run when its journal is gone, although it had begun', async () => {
    await using site = await openSite()
    const runbook = await loadToy('  - { id: s, uses: toy.set-setting, target: world, with: { name: s, value: 1 } }')
    const { runId } = await applyRunbook(await site.parts(runbook))
    const { state } = await site.parts(runbook)
    await rm(journalPath(state, runId))
    await expect(applyRunbook(await site.parts(runbook))).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining(`run \`${runId}\` has begun`),
    })
  })

  it('is missing when there is none', async () => {
    await expect(resume('20260101-000000-aaaaa')).rejects.toMatchObject({ name: 'JournalError', code: 'missing' })
  })
})
