import { afterEach, beforeEach, expect, it } from 'vitest'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import { summarizeRuns } from '../../../../engine/run/run-summary.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { openSite, type Site } from '../../../crash/toys/site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site[Symbol.asyncDispose]())

const fails = `
  - { id: no, assert: '\${{ 1 > 2 }}' }
  - { id: never, uses: toy.book-seat, target: world, with: { seat: a } }`

/** What a first process that failed left behind. */
async function left(steps: string): Promise<unknown> {
  const parts = await site.parts(await loadToy(steps))
  await expect(applyRunbook(parts)).rejects.toMatchObject({ name: 'StepFailed' })
  const [run] = await summarizeRuns(parts.state)
  return run?.state
}

it('ends a run in which nothing was begun', async () => {
  expect(await left(fails)).toBe('closed')
})

it('ends no run in which a person did something', async () => {
  expect(await left(`  - { id: turn, manual: { do: turn it } }${fails}`)).toBe('unfinished')
})

it('ends no run in which a failure was gone past', async () => {
  expect(await left(`  - { id: first, assert: '\${{ 1 > 2 }}', onFailure: continue }${fails}`)).toBe('unfinished')
})
