import { expect, it } from 'vitest'
import { applyRunbook } from '../../engine/run/apply-runbook.ts'
import { resumeRun } from '../../engine/run/resume-run.ts'
import { summarizeRuns } from '../../engine/run/run-summary.ts'
import { dyingAt } from './dying-host.ts'
import { loadToy } from './toys/load-toy.ts'
import { openSite } from './toys/site.ts'

const seat = (id: string, name: string, more = '') =>
  `{ id: ${id}, uses: toy.book-seat, target: world, with: { seat: ${name} }${more} }`

const steps = `
  - id: both
    parallel:
      - { id: each, forEach: { in: [x, y, z], concurrency: 2 }, steps: [${seat('one', "'${{ item }}'")}, { id: rest, wait: 2m }, ${seat('two', "'${{ item }}2'")}] }
      - { id: hsm, uses: toy.create-hsm, target: world, with: { address: a } }
    finally: [${seat('tidy', "'${{ run.outcome }}'")}]
  - { id: skipped, when: '\${{ has(steps.hsm.outputs) && 1 > 2 }}', uses: toy.make-volume, target: world, with: { volume: v } }
  - { id: mayFail, onFailure: continue, mayFail: true, assert: '\${{ 1 > 2 }}' }
`
const rest = `finally:
  - ${seat('z', "'run ${{ run.outcome }}'")}
outputs: { hsm: '\${{ steps.hsm.outputs.hsmId }}', seats: '\${{ steps.each.outputs.items.map(i, i.steps.two.outputs.seat) }}' }`
const all = [
  'BookSeat done',
  'BookSeat run done',
  'BookSeat x',
  'BookSeat x2',
  'BookSeat y',
  'BookSeat y2',
  'BookSeat z',
  'BookSeat z2',
  'CreateHsm a',
]

it('goes on with blocks from a journal on disk, wherever the process died, and does nothing twice', async () => {
  const runbook = await loadToy(steps, { rest })
  let n = 0
  for (let done = false; !done; n += 3) {
    await using site = await openSite()
    const points: string[] = []
    const first = await site.parts(runbook, { aroundHost: dyingAt(n, points) })
    done = await applyRunbook(first).then(
      () => true,
      () => false,
    )
    const [run] = await summarizeRuns(first.state)
    if (run === undefined) continue // nothing was begun
    const resumed = await resumeRun(run.begun.run, await site.parts(runbook)).catch((error: unknown) => error)
    const where = `died at ${points.at(-1)}`
    expect(resumed, where).toMatchObject({ outcome: 'done', outputs: { hsm: 'hsm-1', seats: ['x2', 'y2', 'z2'] } })
    expect([...site.world.ledger].sort(), where).toEqual(all)
    expect(site.world.ledger.at(-1), where).toBe('BookSeat run done')
  }
  expect(n).toBeGreaterThan(100)
})
