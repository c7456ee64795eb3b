import { afterEach, beforeEach, expect, it } from 'vitest'
import { claimPlace } from '../../../../engine/cli/resolve/claim-place.ts'
import type { Step } from '../../../../engine/document/runbook.ts'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import type { PersonRequest } from '../../../../engine/run/person-request.ts'
import { NeedsPerson } from '../../../../engine/run/run-stop.ts'
import { summarizeRuns } from '../../../../engine/run/run-summary.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { loadSite, openSite, type Site } from '../../../crash/toys/site.ts'
import { agree } from '../../../crash/virtual-host.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site[Symbol.asyncDispose]())

/** Where an override would count behind one that was recorded. */
async function placeBehind(approves: boolean): ReturnType<typeof claimPlace> {
  const runbook = await loadToy('  - { id: s, uses: toy.set-setting, target: world, with: { name: s, value: 1 } }')
  site.world.plan('PutSetting', { code: 'denied', committed: false, outcomeUnknown: false })
  const freezes = `freezes: [{ from: '2026-11-01T00:00', to: '2026-12-01T00:00', zone: Etc/UTC }]\n`
  const answer = (request: PersonRequest) => {
    if (request.kind === 'override') return Promise.resolve({ reason: 'must', by: 'olga' })
    return approves ? Promise.resolve(agree(request)) : Promise.reject(new NeedsPerson('approval', 'nobody'))
  }
  const environment = await loadSite(site.name, freezes)
  const parts = await site.parts(runbook, { environment, people: { answer }, beginOutsideWindow: true })
  await applyRunbook(parts).catch((error: unknown) => error)
  const [run] = await summarizeRuns(parts.state)
  return claimPlace(parts.state, run?.begun.run ?? '', runbook.steps[0] as Step, 'override') // it has one step
}

it('of an override is the next one where people approved the last, which may be of another freeze', async () => {
  expect(await placeBehind(true)).toEqual({ of: 'step', n: 1 })
})

it('of an override is none where the last one waits for people', async () => {
  await expect(placeBehind(false)).rejects.toThrow('it was said already')
})
