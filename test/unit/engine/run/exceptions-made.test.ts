import { afterEach, beforeEach, expect, it } from 'vitest'
import { applyRunbook } from '../../../../engine/run/apply-runbook.ts'
import { readExceptions } from '../../../../engine/run/exceptions-made.ts'
import type { PersonRequest } from '../../../../engine/run/person-request.ts'
import { resumeRun } from '../../../../engine/run/resume-run.ts'
import { summarizeRuns } from '../../../../engine/run/run-summary.ts'
import { journalPath } from '../../../../engine/run/state-folder.ts'
import type { Json, JsonObject } from '../../../../engine/step/json.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { openSite, type Site } from '../../../crash/toys/site.ts'
import { agree } from '../../../crash/virtual-host.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site[Symbol.asyncDispose]())

const rejected = (request: PersonRequest): Json => ({
  ...(agree(request) as JsonObject),
  ...{ decision: 'reject', by: 'carol', reason: 'no' },
})
const saying = (approval: (request: PersonRequest) => Json) => ({
  answer: (request: PersonRequest): Promise<Json> =>
    Promise.resolve(
      request.kind === 'resolution'
        ? { claim: 'done', outputs: { receipt: 'found it' }, reason: 'looked', by: 'olga' }
        : request.kind === 'approval'
          ? approval(request)
          : agree(request),
    ),
})

it('are those that people let happen, and neither one that was rejected nor who approved that first', async () => {
  const runbook = await loadToy('  - { id: letter, uses: toy.send-letter, target: world, with: { to: x } }')
  site.world.plan('SendLetter', { code: 'device', committed: true, outcomeUnknown: true })
  const half = saying((request) =>
    request.kind === 'approval' && request.given.length === 1 ? rejected(request) : agree(request),
  )
  await expect(applyRunbook(await site.parts(runbook, { people: half }))).rejects.toMatchObject({ reason: 'approval' })
  const parts = await site.parts(runbook, { people: saying(agree) })
  const [run] = await summarizeRuns(parts.state)
  const id = run?.begun.run ?? ''
  const journal = journalPath(parts.state, id)
  expect(await readExceptions(journal)).toEqual([])
  expect(await resumeRun(id, parts)).toMatchObject({ outcome: 'done', exceptions: ['letter'] })
  expect(await readExceptions(journal)).toEqual([
    { address: 'letter', what: 'done', by: 'olga', reason: 'looked', approvedBy: ['alice', 'bob'] },
  ])
})
