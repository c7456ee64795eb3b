import { expect, it } from 'vitest'
import { newStage, play } from '../../../crash/play.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'

const steps = `
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: root }, pointOfNoReturn: It exists }
  - { id: hsm, uses: toy.create-hsm, target: world, with: { address: a } }
  - { id: letter, uses: toy.send-letter, target: world, with: { to: x } }
`

it('stops at the next safe point whenever it is asked to, and goes on without doing anything twice', async () => {
  const runbook = await loadToy(steps)
  const quiet = newStage()
  const undisturbed = await play(runbook, quiet)
  const { points } = undisturbed.host
  let interrupted = 0
  for (const stopAt of points.keys()) {
    const stage = newStage()
    // the service throttles, so that there are pauses to be stopped in
    stage.world.plan('SendLetter', { code: 'throttled', committed: false, outcomeUnknown: false })
    const ending = await play(runbook, stage, { stopAt })
    if (ending.how === 'done') continue // asked to behind its last safe point
    expect(ending).toMatchObject({ how: 'stopped', error: { name: 'Interrupted' } })
    interrupted += 1
    expect((await play(runbook, stage)).how).toBe('done')
    expect(stage.world.ledger).toEqual(quiet.world.ledger)
  }
  expect(interrupted).toBeGreaterThan(points.length / 2)
})

it('leaves nothing in doubt by a stop or a crash in the pause behind a request that surely did nothing', async () => {
  const runbook = await loadToy('  - { id: letter, uses: toy.send-letter, target: world, with: { to: x } }')
  const throttled = () =>
    newStage((world) => {
      for (let n = 0; n < 2; n += 1)
        world.plan('SendLetter', { code: 'throttled', committed: false, outcomeUnknown: false })
    })
  const { points } = (await play(runbook, throttled())).host
  const doubtful: string[] = []
  for (const [crashAt, point] of points.entries()) {
    const stage = throttled()
    await play(runbook, stage, { crashAt })
    const resumed = await play(runbook, stage)
    expect(stage.world.ledger.length).toBeLessThan(2)
    if (resumed.how !== 'done') doubtful.push(point)
    else expect(stage.world.ledger).toEqual(['SendLetter x'])
  }
  expect(doubtful).not.toContain('asleep')
  expect(new Set(doubtful)).toEqual(
    new Set([
      ...['after record step/letter/started', 'before step/letter/apply', 'before record step/letter/failed/0'],
      ...['after record step/letter/again/0', 'before record step/letter/failed/1', 'after record step/letter/again/1'],
      ...['after step/letter/apply', 'before record step/letter/answered/0'],
    ]),
  )
})
