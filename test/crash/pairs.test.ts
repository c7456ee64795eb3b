import { expect, it } from 'vitest'
import { newStage, play, type Ending, type Stage } from './play.ts'
import { loadToy } from './toys/load-toy.ts'

const steps = `
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: root }, pointOfNoReturn: It exists }
  - { id: order, uses: toy.order-item, target: world, with: { item: "\${{ steps.key.outputs.keyId }}" } }
  - { id: set, uses: toy.set-setting, target: world, with: { name: s, value: 2 } }
`
const rest = `outputs: { key: "\${{ steps.key.outputs.keyId }}", order: "\${{ steps.order.outputs.order }}" }`

it('does every once-only effect exactly once when power is lost at any point and again at any point of the resumed run', async () => {
  const runbook = await loadToy(steps, { rest })
  const quiet = newStage()
  const undisturbed = await play(runbook, quiet)
  if (undisturbed.how !== 'done') throw new Error('it did not come to its end')
  const expectDone = (ending: Ending, stage: Stage): void => {
    expect(stage.world.ledger).toEqual(quiet.world.ledger)
    expect(ending).toMatchObject({ how: 'done', outputs: undisturbed.outputs })
  }
  let pairs = 0
  for (const first of undisturbed.host.points.keys()) {
    for (let second = 0; ; second += 1) {
      const stage = newStage()
      await play(runbook, stage, { crashAt: first })
      stage.machine.now += 1_000
      const resumed = await play(runbook, stage, { crashAt: second })
      if (resumed.how !== 'crashed') {
        expectDone(resumed, stage)
        break // it ended before its second crash
      }
      stage.machine.now += 1_000
      expectDone(await play(runbook, stage), stage)
      pairs += 1
    }
  }
  expect(pairs).toBeGreaterThan(600)
})
