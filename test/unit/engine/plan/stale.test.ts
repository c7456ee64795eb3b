import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadPlanFile, writePlanFile } from '../../../../engine/plan/plan-file.ts'
import type { Plan } from '../../../../engine/plan/plan.ts'
import { refuseStale } from '../../../../engine/plan/refuse-stale.ts'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import { openStateFolder, type StateFolder } from '../../../../engine/run/state-folder.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { openSite, type Site } from '../../../crash/toys/site.ts'
import { planAt } from './plan-toy.ts'

const yaml = `  - { id: see, uses: toy.look-at, target: world, with: { name: s } }
  - { id: set, uses: toy.set-setting, target: world, with: { name: t, value: 2 } }
`
let site: Site
let state: StateFolder
let reviewed: Plan

beforeEach(async () => {
  site = await openSite()
  state = await openStateFolder(join(site.folder, 'state'))
  reviewed = await planAt(site, await loadToy(yaml))
})

afterEach(() => site[Symbol.asyncDispose]())

const refusal = (now: Plan) =>
  refuseStale(reviewed, now, state).then(
    () => 'taken',
    (error: unknown) => {
      expect(error).toMatchObject({ name: 'NeedsPerson', reason: 'stale-plan' })
      return error instanceof Error ? error.message : ''
    },
  )

describe('a reviewed plan', () => {
  it('is taken when the same would happen now', async () => {
    expect(await refusal(await planAt(site, await loadToy(yaml)))).toBe('taken')
  })

  it('is stale when anything that it says is otherwise now, naming each drift', async () => {
    const now = await planAt(site, await loadToy(yaml))
    const other = { sha256: 'f'.repeat(64) }
    expect(await refusal({ ...now, runbook: { ...now.runbook, ...other } })).toContain('runbook `')
    expect(await refusal({ ...now, environment: { ...now.environment, ...other } })).toContain('environment `')
    expect(await refusal({ ...now, tool: '2.0.0' })).toContain('version 1.0.0, and this is 2.0.0')
    expect(await refusal({ ...now, stepTypes: { 'toy.look-at': 2 } })).toContain('step types')
    expect(await refusal({ ...now, inputs: { x: 1 } })).toContain('inputs')
    expect(await refusal({ ...now, targets: { world: 'another' } })).toContain('targets')
    expect(await refusal({ ...now, created: '2999-01-01T00:00:00.000Z' })).toContain('expired')
    expect(await refusal({ ...now, tool: '2.0.0', inputs: { x: 1 } })).toMatch(/2\.0\.0; the inputs/)
  })

  it('is stale when the world is another one', async () => {
    site.world.settings.set('t', 2)
    expect(await refusal(await planAt(site, await loadToy(yaml)))).toContain('`set` would `found`')
    site.world.settings.delete('t')
    site.world.settings.set('s', 5)
    expect(await refusal(await planAt(site, await loadToy(yaml)))).toContain('`see` sees something else')
  })

  it('is used once', async () => {
    const runbook = await loadToy(yaml)
    const { runId } = await applyRunbook(await site.parts(runbook, { plan: reviewed.id }))
    site.world.settings.delete('t')
    expect(await refusal(await planAt(site, runbook))).toContain(`used by run \`${runId}\``)
    // two may have looked at once: the one that comes to the lock second is refused there
    await expect(applyRunbook(await site.parts(runbook, { plan: reviewed.id }))).rejects.toMatchObject({
      reason: 'stale-plan',
      message: expect.stringContaining(runId),
    })
    expect((await applyRunbook(await site.parts(runbook, { plan: null }))).runId).not.toBe(runId)
  })
})

describe('a plan file', () => {
  it('gives back what was written, and is never replaced', async () => {
    const path = join(site.folder, 'plan.json')
    await writePlanFile(path, reviewed)
    expect(await loadPlanFile(path)).toEqual(reviewed)
    await writePlanFile(path, reviewed)
    await expect(writePlanFile(path, { ...reviewed, id: 'x' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is refused when it is none, of another format, not whole, or changed since it was made', async () => {
    const path = join(site.folder, 'plan.json')
    await writePlanFile(path, reviewed)
    const text = await readFile(path, 'utf8')
    const { steps: _, ...half } = reviewed
    for (const other of [
      'no JSON',
      '[]',
      text.replace('"format": 1', '"format": 2'),
      JSON.stringify(half),
      JSON.stringify({ ...reviewed, steps: undefined, half }),
      JSON.stringify({ ...reviewed, id: '0000000000000000' }), // would be used a second time
      JSON.stringify({ ...reviewed, expires: '2999-01-01T00:00:00.000Z' }),
    ]) {
      await writeFile(path, other)
      await expect(loadPlanFile(path), other.slice(0, 60)).rejects.toMatchObject({ code: 'invalid' })
    }
  })
})
