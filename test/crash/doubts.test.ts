import { afterEach, expect, it } from 'vitest'
import { claimPlace } from '../../engine/cli/resolve/claim-place.ts'
import type { Step } from '../../engine/document/runbook.ts'
import { registerSecret } from '../../engine/redaction/redactor.ts'
import { applyRunbook } from '../../engine/run/apply-runbook.ts'
import type { PersonRequest } from '../../engine/run/person-request.ts'
import { resumeRun } from '../../engine/run/resume-run.ts'
import { summarizeRuns } from '../../engine/run/run-summary.ts'
import type { Json } from '../../engine/step/json.ts'
import { denyAlways, denied } from './entries.ts'
import { newStage, play } from './play.ts'
import { flakyFamily } from './toys/flaky.ts'
import { loadToy } from './toys/load-toy.ts'
import { openSite, type Site } from './toys/site.ts'
import { agree } from './virtual-host.ts'

let site: Site | undefined
afterEach(async () => {
  await site?.[Symbol.asyncDispose]()
  site = undefined
})

const load = (steps: string) => loadToy(steps, { families: [flakyFamily] })

/** Somebody who says this of every doubt. */
const saying =
  (claim: Json) =>
  (request: PersonRequest): Json =>
    request.kind === 'resolution' ? claim : agree(request)

const done = (outputs: Json): Json => ({ claim: 'done', outputs, reason: 'i saw it', by: 'olga' })
const notDone: Json = { claim: 'not-done', reason: 'i looked', by: 'olga' }

it('does not take a step type that trips over the answer for one that sent nothing', async () => {
  const runbook = await load(
    '  - { id: send, uses: toy.trips-over, target: world, with: { to: eve }, onFailure: continue }',
  )
  const stage = newStage()
  for (let n = 0; n < 3; n += 1)
    expect(await play(runbook, stage)).toMatchObject({ how: 'stopped', error: { reason: 'in-doubt' } })
  expect(stage.world.ledger).toEqual(['Send eve'])
  expect(stage.machine.value('step/send/failed/0')).toMatchObject({ outcomeUnknown: true, untouched: false })
})

it('does not take an answer that may not be journaled for one that never came', async () => {
  registerSecret({ reference: 'env:TEST', value: 'x'.repeat(30) })
  site = await openSite()
  const runbook = await load(
    '  - { id: send, uses: toy.echoes, target: world, with: { length: 30 }, onFailure: continue }',
  )
  await expect(applyRunbook(await site.parts(runbook))).rejects.toMatchObject({ error: { code: 'bug' }, inDoubt: true })
  const parts = await site.parts(runbook)
  const [run] = await summarizeRuns(parts.state)
  await expect(resumeRun(run?.begun.run ?? '', parts)).rejects.toMatchObject({ reason: 'in-doubt' })
  expect(site.world.ledger).toEqual(['Send'])
})

it('does nothing again, and goes past nothing, while a call that was left alone may still run', async () => {
  const runbook = await load(
    '  - { id: call, uses: toy.native, target: world, with: { name: a }, timeout: 1s, retry: { on: [timeout], times: 3 }, onFailure: continue }',
  )
  const stage = newStage()
  expect(await play(runbook, stage)).toMatchObject({
    how: 'stopped',
    error: { inDoubt: true, error: { code: 'timeout' } },
  })
  expect(stage.world.ledger).toEqual(['Call a'])
  stage.world.names.set('a', 'it came to its end')
  expect(await play(runbook, stage)).toMatchObject({ how: 'done', outcome: 'done' })
  expect(stage.world.ledger).toEqual(['Call a'])
})

it('takes the effect of a call that was left alone as done when it is there', async () => {
  const runbook = await load('  - { id: call, uses: toy.native, target: world, with: { name: a }, timeout: 1s }')
  const stage = newStage()
  let calls = 0
  const { ledger, names } = stage.world
  ledger.push = (...items) => {
    calls += 1
    names.set('a', 'at once')
    return Array.prototype.push.apply(ledger, items)
  }
  expect(await play(runbook, stage)).toMatchObject({ how: 'done', outcome: 'done' })
  expect(calls).toBe(1)
})

it('asks a person about a doubt that no look can settle', async () => {
  const runbook = await load('  - { id: name, uses: toy.reserve-name, target: world, with: { name: n } }')
  const stage = newStage()
  stage.world.plan('ReserveName', { code: 'transient', committed: true, outcomeUnknown: true })
  let looks = 0
  stage.world.onRequest = (operation) => {
    if (operation === 'FindName' && (looks += 1) > 1) stage.world.plan('FindName', denied)
  }
  for (let n = 0; n < 2; n += 1)
    expect(await play(runbook, stage)).toMatchObject({
      how: 'stopped',
      error: { reason: 'in-doubt', message: expect.stringContaining('`FindName` met `denied`') as string },
    })
  expect(await play(runbook, stage, { answer: saying(done({ name: 'n' })) })).toMatchObject({
    how: 'done',
    exceptions: ['name'],
  })
  expect(stage.world.ledger).toEqual(['ReserveName n'])
})

it('fails for good where a person says that it was not done and it still cannot be looked at', async () => {
  const runbook = await load(
    '  - { id: name, uses: toy.reserve-name, target: world, with: { name: n }, onFailure: continue }',
  )
  const stage = newStage()
  stage.world.plan('ReserveName', { code: 'transient', committed: false, outcomeUnknown: true })
  let looks = 0
  stage.world.onRequest = (operation) => {
    if (operation === 'FindName' && (looks += 1) > 1) denyAlways(stage.world, 'FindName')
  }
  expect(await play(runbook, stage, { answer: saying(notDone) })).toMatchObject({ how: 'done', failures: ['name'] })
  expect(stage.world.ledger).toEqual([])
})

it('lets a person say what became of what was acknowledged and is gone, and forgets its answer', async () => {
  const runbook = await load(
    '  - { id: ticket, uses: toy.take-ticket, target: world, with: {}, retry: { on: [transient], times: 3 } }',
  )
  const stage = newStage()
  const { world } = stage
  let took = 0
  world.onRequest = (operation) => {
    if (operation === 'FindTicket' && took === 1) world.names.clear()
    if (operation !== 'TakeTicket') return
    took += 1
    if (took === 2) world.plan('TakeTicket', { code: 'transient', committed: true, outcomeUnknown: true })
  }
  expect(await play(runbook, stage)).toMatchObject({ how: 'stopped', error: { reason: 'conflict' } })
  const said = await play(runbook, stage, { answer: saying(notDone) })
  expect(said).toMatchObject({ how: 'done' })
  expect(stage.machine.value('step/ticket/succeeded')).toMatchObject({ outputs: { ticket: 'ticket-2' } })
  expect(world.ledger).toEqual(['TakeTicket', 'TakeTicket'])
})

it('lets nobody say anything of a step that surely did nothing', async () => {
  site = await openSite()
  site.world.plan('SendLetter', denied)
  const runbook = await load('  - { id: letter, uses: toy.send-letter, target: world, with: { to: eve } }')
  await expect(applyRunbook(await site.parts(runbook))).rejects.toMatchObject({ error: { code: 'denied' } })
  const { state } = await site.parts(runbook)
  const [run] = await summarizeRuns(state)
  const step = runbook.steps[0] as Step
  await expect(claimPlace(state, run?.begun.run ?? '', step, 'resolution')).rejects.toMatchObject({
    message: expect.stringContaining('nothing is in doubt') as string,
  })
})
