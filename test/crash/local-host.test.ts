import { expect, it } from 'vitest'
import { applyRunbook } from '../../engine/run/apply-runbook.ts'
import type { RunHost } from '../../engine/run/host.ts'
import { resumeRun } from '../../engine/run/resume-run.ts'
import { summarizeRuns } from '../../engine/run/run-summary.ts'
import { loadToy } from './toys/load-toy.ts'
import { openSite } from './toys/site.ts'
import { PowerLost } from './virtual-host.ts'

const steps = `
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: root }, pointOfNoReturn: It exists }
  - { id: order, uses: toy.order-item, target: world, with: { item: "\${{ steps.key.outputs.keyId }}" } }
  - { id: letter, uses: toy.send-letter, target: world, with: { to: x } }
`
const rest = 'outputs: { receipt: "${{ steps.letter.outputs.receipt }}" }'

/** A host that goes dead just before, or just behind, its n-th record or effect. */
function dyingAt(n: number, points: string[]): (host: RunHost) => RunHost {
  return (host) => {
    const point = (name: string): void => {
      if (points.length > n) throw new PowerLost()
      points.push(name)
      if (points.length > n) throw new PowerLost()
    }
    const around = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
      point(`before ${name}`)
      const result = await run()
      point(`after ${name}`)
      return result
    }
    return {
      recall: (key) => host.recall(key),
      record: (key, value) => around(key, () => host.record(key, value)),
      effect: (key, deadline, run) => around(key, () => host.effect(key, deadline, run)),
      all: (branches, options) => host.all(branches, options),
      sleepUntil: (at) => host.sleepUntil(at),
      receive: (request) => host.receive(request),
      safePoint: () => host.safePoint(),
      now: () => host.now(),
      random: () => host.random(),
      head: () => host.head(),
      emit: (event) => host.emit(event),
    }
  }
}

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
