import { expect, it } from 'vitest'
import { applyRunbook } from '../../engine/run/apply-runbook.ts'
import { resumeRun } from '../../engine/run/resume-run.ts'
import { summarizeRuns } from '../../engine/run/run-summary.ts'
import { dyingAt } from './dying-host.ts'
import { loadToy } from './toys/load-toy.ts'
import { openSite } from './toys/site.ts'

const steps = `
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: root }, pointOfNoReturn: It exists }
  - { id: order, uses: toy.order-item, target: world, with: { item: "\${{ steps.key.outputs.keyId }}" } }
  - { id: letter, uses: toy.send-letter, target: world, with: { to: x } }
`
const rest = 'outputs: { receipt: "${{ steps.letter.outputs.receipt }}" }'

it('goes on from a journal on disk, wherever the process died, and does nothing twice', async () => {
  const runbook = await loadToy(steps, { rest })
  const ended: string[] = []
  let n = 0
  for (let done = false; !done; n += 1) {
    await using site = await openSite()
    const points: string[] = []
    const first = await site.parts(runbook, { aroundHost: dyingAt(n, points) })
    done = await applyRunbook(first).then(
      () => true,
      () => false,
    )
    const [run] = await summarizeRuns(first.state)
    if (run === undefined) throw new Error('a run has begun')
    const resumed = await resumeRun(run.begun.run, await site.parts(runbook)).catch((error: unknown) => error)
    expect(new Set(site.world.ledger).size).toBe(site.world.ledger.length)
    if (resumed instanceof Error) {
      expect(resumed).toMatchObject({ reason: 'in-doubt', step: { id: 'letter' } })
      ended.push(points.at(-1) ?? '')
    } else expect(resumed).toMatchObject({ outputs: { receipt: 'receipt of x' } })
  }
  expect(n).toBeGreaterThan(40)
  expect(ended).toEqual([
    'after step/letter/started',
    'before step/letter/apply',
    'after step/letter/apply',
    'before step/letter/answered/0',
  ])
})
