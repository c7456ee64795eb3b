import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Runbook } from '../../../../engine/document/runbook.ts'
import { RefusedLogins } from '../../../../engine/environment/refused-logins.ts'
import { makePlan } from '../../../../engine/plan/make-plan.ts'
import { planUndo } from '../../../../engine/plan/plan-undo.ts'
import { makePreflight } from '../../../../engine/preflight/make-preflight.ts'
import { renderPlan } from '../../../../engine/render/render-plan.ts'
import { recordText } from '../../../../engine/render/record-text.ts'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import { resumeRun } from '../../../../engine/run/resume-run.ts'
import { summarizeRuns } from '../../../../engine/run/run-summary.ts'
import { journalPath, openStateFolder } from '../../../../engine/run/state-folder.ts'
import { takeBackRun } from '../../../../engine/run/take-back-run.ts'
import type { Json } from '../../../../engine/step/json.ts'
import { worlds } from '../../../crash/toys/define.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { loadSite, openSite, type Site } from '../../../crash/toys/site.ts'
import { World } from '../../../crash/toys/world.ts'

const steps = `
  - { id: make, uses: toy.book-seat, target: world, with: { seat: hsm }, existing: adopt }
  - { id: key, uses: toy.book-seat, target: made, with: { seat: key } }
  - { id: stop, uses: toy.book-seat, target: world, with: { seat: stop } }
  - { id: last, uses: toy.book-seat, target: made, with: { seat: last } }
`
const load = (): Promise<Runbook> => loadToy(steps, { bindings: '\n  made: { kind: toy-world, madeBy: make }' })

interface MadeSite extends AsyncDisposable {
  readonly site: Site
  /** What the binding is on. */
  readonly made: World
  /** How often it was opened. */
  readonly opened: () => number
  environment(change?: string): Promise<{ readonly environment: Site['environment'] }>
}

async function openMadeSite(): Promise<MadeSite> {
  const site = await openSite()
  const name = `${site.name}made`
  const made = new World(() => Date.UTC(2026, 10, 22, 13))
  worlds.set(name, made)
  let opened = 0
  made.onRequest = (operation) => {
    if (operation === 'OpenWorld') opened += 1
  }
  return {
    site,
    made,
    opened: () => opened,
    environment: async (change = name) => ({
      environment: await loadSite(site.name, `  made: { kind: toy-world, world: ${change} }\n`),
    }),
    async [Symbol.asyncDispose]() {
      worlds.delete(name)
      await site[Symbol.asyncDispose]()
    },
  }
}

async function records(site: Site, run: string): Promise<readonly (readonly [string, Json])[]> {
  const state = await openStateFolder(join(site.folder, 'state'))
  const lines = (await readFile(journalPath(state, run), 'utf8')).trimEnd().split('\n')
  return lines.map((line) => {
    const { key, value } = JSON.parse(line) as { readonly key: string; readonly value: Json }
    return [key, value] as const
  })
}

it('journals what it turned out to be, in each process that opened it, and is pinned like others', async () => {
  await using all = await openMadeSite()
  const { site, opened } = all
  const runbook = await load()
  const { runId } = await applyRunbook(await site.parts(runbook, { ...(await all.environment()), until: 'make' }))
  expect(opened()).toBe(0)
  await resumeRun(runId, await site.parts(runbook, { ...(await all.environment()), until: 'stop' }))
  const other = resumeRun(runId, await site.parts(runbook, await all.environment('elsewhere')))
  await expect(other).rejects.toMatchObject({ reason: 'changed' })
  await resumeRun(runId, await site.parts(runbook, await all.environment()))
  expect(opened()).toBe(2)
  const written = await records(site, runId)
  const facts = { world: `${site.name}made` }
  expect(written.filter(([key]) => key.startsWith('process/')).map(([key]) => key)).toEqual([
    'process/0',
    'process/1',
    'process/1/target/made',
    'process/2',
    'process/2/target/made',
  ])
  expect(written.find(([key]) => key === 'process/2/target/made')).toEqual(['process/2/target/made', facts])
  expect(recordText('process/2/target/made', facts)).toBe('opened binding `made`, which the run made')
  const [run] = await summarizeRuns(await openStateFolder(join(site.folder, 'state')))
  expect(run).toMatchObject({ state: 'done', operators: [expect.any(String)] })
})

it('opens nothing on whose behalf nothing was done, in `plan --undo` and `undo`', async () => {
  await using all = await openMadeSite()
  const { site, opened } = all
  const runbook = await load()
  const { environment } = await all.environment()
  const parts = await site.parts(runbook, { environment, until: 'make' })
  const { runId } = await applyRunbook(parts)
  const refusedLogins = new RefusedLogins(parts.state.path)
  const undo = { ...parts, runId, refusedLogins, signal: new AbortController().signal, now: () => parts.clock.now() }
  expect((await planUndo(undo)).steps).toMatchObject([{ address: 'make', decision: 'undo', seen: 'still there' }])
  expect(opened()).toBe(0)
  expect(await takeBackRun(runId, undefined, parts)).toMatchObject({ outcome: 'undone' })
  expect(opened()).toBe(0)
  expect(site.world.seats.size).toBe(0)
})

it('looks into it where something was done in it, and says so where it is gone', async () => {
  await using all = await openMadeSite()
  const { site, made } = all
  const runbook = await load()
  const { environment } = await all.environment()
  const parts = await site.parts(runbook, { environment, until: 'key' })
  const { runId } = await applyRunbook(parts)
  const refusedLogins = new RefusedLogins(parts.state.path)
  const undo = { ...parts, runId, refusedLogins, signal: new AbortController().signal, now: () => parts.clock.now() }
  expect((await planUndo(undo)).steps[0]).toMatchObject({ address: 'key', seen: 'still there' })
  made.plan('OpenWorld', { code: 'not-found', committed: false, outcomeUnknown: false })
  expect((await planUndo(undo)).steps[0]).toMatchObject({
    address: 'key',
    seen: 'cannot be looked at: `OpenWorld` met `not-found` (not-found)',
  })
})

it('is not opened in a plan before it is there, and is where its maker is found done', async () => {
  await using all = await openMadeSite()
  const { site, opened } = all
  const runbook = await load()
  const { environment } = await all.environment()
  const plan = async () =>
    makePlan({
      ...{ runbook, environment, inputs: {}, ask: () => Promise.resolve(undefined), credentialChanged: [] },
      ...{ refusedLogins: new RefusedLogins(site.folder), toolVersion: '1', signal: new AbortController().signal },
      now: () => 0,
    })
  const before = await plan()
  expect(opened()).toBe(0)
  expect(before.notOpened).toEqual({ made: 'make' })
  expect(before.steps.map(({ id, decision, fidelity, waitsFor }) => [id, decision, fidelity, waitsFor])).toEqual([
    ['make', 'make', 'exact', []],
    ['key', 'make', 'estimated', ['make']],
    ['stop', 'make', 'estimated', ['make']],
    ['last', 'make', 'estimated', ['make']],
  ])
  const text = renderPlan(before, (shown) => shown)
  expect(text).toContain(`toy world ${site.name}made, made by make\n`)
  expect(text).toContain('toy.book-seat on made (estimated: known after make)\n')
  expect(text).toContain('not opened: made, which make makes\nopened and logged in to world; nothing was changed\n')

  site.world.seats.set('hsm', 'other.run')
  const after = await plan()
  expect(opened()).toBe(1)
  expect(after.notOpened).toBeUndefined()
  expect(after.steps.map(({ id, decision, fidelity }) => [id, decision, fidelity])).toEqual([
    ['make', 'found', 'exact'],
    ['key', 'make', 'exact'],
    ['stop', 'make', 'exact'],
    ['last', 'make', 'estimated'],
  ])

  all.made.plan('OpenWorld', { code: 'denied', committed: false, outcomeUnknown: false })
  const refused = await plan()
  expect(refused.steps.map(({ id, decision }) => [id, decision])).toEqual([
    ['make', 'found'],
    ['key', 'fails'],
    ['stop', 'make'],
    ['last', 'fails'],
  ])
  expect(opened()).toBe(2)
})

it('is no business of a preflight, which says so', async () => {
  await using all = await openMadeSite()
  const { findings, targets } = await makePreflight({
    ...{ runbook: await load(), ...(await all.environment()), inputs: {}, families: [], statePath: all.site.folder },
    ...{ operator: 'olivia', refusedLogins: new RefusedLogins(all.site.folder), ask: () => Promise.resolve(undefined) },
    ...{ credentialChanged: [], signal: new AbortController().signal, now: () => 0 },
  })
  expect(findings.filter(({ binding }) => binding === 'made')).toMatchObject([
    { look: 'open', verdict: 'unknown', detail: 'not there yet: step `make` makes it during the run' },
  ])
  expect(Object.keys(targets)).toEqual(['world', 'made'])
  expect(all.opened()).toBe(0)
})
