import { Type } from 'typebox'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { renderPlan } from '../../../../engine/render/render-plan.ts'
import { renderStatus } from '../../../../engine/render/render-status.ts'
import { eventLines } from '../../../../engine/render/event-lines.ts'
import { recordText } from '../../../../engine/render/record-text.ts'
import { stepTypeFacts } from '../../../../engine/render/step-type-facts.ts'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import type { PersonRequest } from '../../../../engine/run/person-request.ts'
import { NeedsPerson } from '../../../../engine/run/run-stop.ts'
import { summarizeRuns } from '../../../../engine/run/run-summary.ts'
import { openStateFolder } from '../../../../engine/run/state-folder.ts'
import { Stop } from '../../../../engine/run/stop.ts'
import type { Family } from '../../../../engine/step/family.ts'
import { defineStep } from '../../../../engine/step/step-type.ts'
import { agree } from '../../../crash/virtual-host.ts'
import { strict, toy, worldOf } from '../../../crash/toys/define.ts'
import { loadSite, openSite, type Site } from '../../../crash/toys/site.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'
import { planAt, stepOf } from '../plan/plan-toy.ts'

/** Waits until as many people as it wants were counted. */
const gather = defineStep({
  ...toy,
  name: 'toy.gather',
  summary: 'Waits for people',
  effect: 'read',
  wait: { everyMs: 60_000, timeoutMs: 60 * 60_000 },
  inputs: Type.Object({ count: Type.Integer(), of: Type.Array(Type.String()) }, strict),
  outputs: Type.Object({ count: Type.Integer() }, strict),
  attendance: ({ count, of }) => [
    `${count} of ${of.join(', ')} at their own terminals, within 10 minutes of each other`,
  ],
  check({ count }, context) {
    const there = worldOf(context).settings.get('people') ?? 0
    return Promise.resolve(
      there < count
        ? { state: 'pending' as const, what: `waits for ${count - there} more` }
        : { state: 'satisfied' as const, outputs: { count: there } },
    )
  },
})

const families: readonly Family[] = [{ ...toyFamily, stepTypes: [...toyFamily.stepTypes, gather] }]
const steps = `
  - { id: name, uses: toy.reserve-name, target: world, with: { name: n }, approval: { role: custodian, count: 2 } }
  - { id: quorum, uses: toy.gather, target: world, with: { count: 2, of: [alice, bob, carol] } }
  - { id: plug, manual: { do: Plug it in }, estimate: 20m }
  - { id: later, uses: toy.gather, target: world, with: { count: 1, of: ["\${{ steps.name.outputs.name }}"] } }
  - { id: never, uses: toy.gather, target: world, when: "\${{ false }}", with: { count: 1, of: [zoe] } }
`
const people = '2 of alice, bob, carol at their own terminals, within 10 minutes of each other'

let site: Site

beforeEach(async () => {
  site = await openSite()
})

afterEach(() => site[Symbol.asyncDispose]())

it('is said in a plan, with everybody else who must be there', async () => {
  const environment = await loadSite(site.name, 'approvers: { custodian: [alice, bob] }\n')
  const plan = await planAt(site, await loadToy(steps, { families }), environment)
  expect(stepOf(plan, 'quorum').attendance).toEqual([people])
  expect(stepOf(plan, 'later').attendance).toBeNull()
  expect(stepOf(plan, 'name')).not.toHaveProperty('attendance')
  const text = renderPlan(plan, (shown) => shown)
  expect(text).toContain(`  people: ${people}\n`)
  expect(text).toContain(`
people
  1 name    approves  2 of role custodian: alice, bob; good for 7 d once given
  2 quorum  is there  ${people}
  3 plug    does it   who operates; typically takes 20 min
  4 later   is there  known after name

`)
  expect(plan.people).toHaveLength(4)
})

it('names those once who are wanted for each item of a list', async () => {
  const each = `
  - id: each
    forEach: { in: [a, b, c] }
    steps:
      - { id: quorum, uses: toy.gather, target: world, with: { count: 2, of: [alice, bob] } }
`
  const { people: all } = await planAt(site, await loadToy(each, { families }))
  expect(all).toMatchObject([{ step: { id: 'quorum[a]' }, what: 'is there' }])
})

it('stands in what is approved', async () => {
  const asked: PersonRequest[] = []
  const runbook = await loadToy(steps, { families })
  const answer = (request: PersonRequest) => {
    asked.push(request)
    return Promise.reject(new NeedsPerson('approval', 'nobody is there'))
  }
  await expect(applyRunbook(await site.parts(runbook, { people: { answer } }))).rejects.toMatchObject({
    reason: 'approval',
  })
  const [request] = asked
  const text = request?.kind === 'approval' ? request.text : ''
  expect(text).toContain(
    `2 quorum (toy.gather): Waits for people\n  target  toy world ${site.name}\n  people  ${people}\n`,
  )
  expect(text).toContain('  people  known once the inputs are\n')
})

it('is told while it is waited for, and in the status until then', async () => {
  const runbook = await loadToy(steps, { families })
  const stop = new Stop()
  const lines: string[] = []
  const parts = await site.parts(runbook, {
    stop,
    people: { answer: (request) => Promise.resolve(agree(request)) },
    emit(event) {
      if (event.type !== 'step-waiting') return
      lines.push(...eventLines(event, (text) => text))
      stop.request()
    },
  })
  await expect(applyRunbook(parts)).rejects.toMatchObject({ name: 'Interrupted' })
  expect(lines).toHaveLength(2)
  expect(lines[1]).toBe(`  people  ${people}`)
  const status = async (): Promise<string> => {
    const state = await openStateFolder(parts.state.path)
    const [summary] = await summarizeRuns(state)
    if (summary === undefined) throw new Error('a run has begun')
    return renderStatus({ summary, stateFolder: '/s', holder: undefined, next: undefined }, (text) => text)
  }
  expect(await status()).toContain(`waits for    ${people}, at 2 quorum\n`)
  expect(await status()).toContain(`2 quorum  Waits for people: begun\n    must be there: ${people}\n`)
  expect(recordText('step/quorum/attendance', { people: [people] })).toBe(`people must be there: ${people}`)
})

it('is no longer told once it is over', async () => {
  site.world.settings.set('people', 3)
  const parts = await site.parts(await loadToy(steps, { families }))
  await applyRunbook(parts)
  const [summary] = await summarizeRuns(parts.state)
  expect(summary?.steps.map(({ attendance }) => attendance)).toEqual(Array.from({ length: 5 }))
})

it('is a fact of the step type in the reference', () => {
  expect(stepTypeFacts(gather).map(([name]) => name)).toContain('people')
})
