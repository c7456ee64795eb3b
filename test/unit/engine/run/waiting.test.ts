import { expect, it } from 'vitest'
import { newStage, play } from '../../../crash/play.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'

const start = Date.UTC(2026, 10, 22, 13)
const minute = 60_000
const wait = (at: number, more = '') =>
  `  - { id: wait, uses: toy.wait-until, target: world, with: { at: ${at} }${more} }`

it('waits with the step type’s interval until the answer is no longer pending', async () => {
  const stage = newStage()
  const looks: number[] = []
  stage.world.onRequest = () => looks.push((stage.machine.now - start) / minute)
  expect((await play(await loadToy(wait(start + 2.5 * minute)), stage)).how).toBe('done')
  expect(looks).toEqual([0, 1, 2, 3])
})

it('ends waiting with a timeout after the step type’s time, with one last look at its end', async () => {
  const stage = newStage()
  const ending = await play(await loadToy(wait(start + 61 * minute)), stage)
  expect(ending).toMatchObject({ how: 'stopped', error: { name: 'StepFailed', error: { code: 'timeout' } } })
  expect(stage.machine.now).toBe(start + 60 * minute)
  const inTime = newStage()
  expect((await play(await loadToy(wait(start + 60 * minute)), inTime)).how).toBe('done')
})

it('lets the runbook say how long', async () => {
  const stage = newStage()
  const ending = await play(await loadToy(wait(start + 5 * minute, ', timeout: 90s')), stage)
  expect(ending).toMatchObject({ error: { error: { code: 'timeout' } } })
  expect(stage.machine.now).toBe(start + 1.5 * minute)
  const longer = newStage()
  expect((await play(await loadToy(wait(start + 90 * minute, ', timeout: 2h')), longer)).how).toBe('done')
})

it('goes on after a timeout when it is resumed', async () => {
  const runbook = await loadToy(wait(start + 90 * minute))
  const stage = newStage()
  expect(await play(runbook, stage)).toMatchObject({ error: { error: { code: 'timeout' } } })
  expect((await play(runbook, stage)).how).toBe('done')
})

it('survives any number of short failures to look, as long as looks between them work', async () => {
  const stage = newStage()
  let looks = 0
  stage.world.onRequest = () => {
    looks += 1
    if (looks % 2 === 0) stage.world.plan('GetTime', { code: 'transient', committed: false, outcomeUnknown: false })
  }
  expect((await play(await loadToy(wait(start + 50 * minute)), stage)).how).toBe('done')
  expect(looks).toBeGreaterThan(50)
})
