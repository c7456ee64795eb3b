import { describe, expect, it } from 'vitest'
import { NeedsPerson } from '../../engine/run/run-stop.ts'
import { cel, denied, denyAlways, everywhere, look, seat, set } from './entries.ts'
import { drawing, seed } from './everywhere.ts'
import { newStage, play } from './play.ts'
import { loadToy } from './toys/load-toy.ts'

describe('when', () => {
  it('keeps the way that was taken, although what it read is another now', async () => {
    const steps = `
  - ${look('before', 's')}
  - ${seat('a', 'a', `, when: ${cel('steps.before.outputs.value == 0')}`)}
  - ${set('change', 's', 1)}
  - ${seat('b', 'b', `, when: ${cel('steps.before.outputs.value == 1')}`)}
  - ${look('after', 's')}
  - ${seat('c', 'c', `, when: ${cel('steps.after.outputs.value == 1')}`)}
`
    const { ledger, end } = await everywhere(
      steps,
      `outputs: { b: ${cel('has(steps.b.outputs) ? "booked" : "skipped"')}, c: ${cel('has(steps.c.outputs) ? steps.c.outputs.seat : ""')} }`,
    )
    expect(ledger).toEqual(['BookSeat a', 'BookSeat c'])
    expect(end).toMatchObject({ outcome: 'done', outputs: { b: 'skipped', c: 'c' } })
  })

  it('skips a whole block, and what it holds has no outputs, also for a resume', async () => {
    const steps = `
  - id: group
    when: ${cel('1 > 2')}
    steps:
      - ${seat('a', 'a')}
      - id: inner
        steps: [${look('read', 's')}]
  - ${seat('b', cel('has(steps.a.outputs) ? "with" : "without"'))}
  - ${seat('c', cel('has(steps.read.outputs) ? "read" : "unread"'))}
`
    expect((await everywhere(steps)).ledger).toEqual(['BookSeat without', 'BookSeat unread'])
  })

  it('that has no value fails its block, which can be gone past', async () => {
    const bad = cel('1 / steps.zero.outputs.value > 0')
    const steps = (more: string) => `
  - ${look('zero', 's')}
  - { id: group, when: ${bad}${more}, steps: [${seat('a', 'a')}] }
  - ${seat('b', 'b')}
`
    expect((await everywhere(steps(''))).end).toMatchObject({ name: 'StepFailed' })
    expect(await everywhere(steps(', onFailure: continue'))).toMatchObject({
      ledger: ['BookSeat b'],
      end: { outcome: 'failed', failures: ['group'] },
    })
  })
})

describe('parallel', () => {
  const steps = `
  - ${look('first', 's')}
  - id: both
    parallel:
      - { id: left, steps: [${seat('a', 'a')}, ${seat('b', cel('steps.a.outputs.seat + "b"'))}] }
      - id: right
        steps:
          - { id: hsm, uses: toy.create-hsm, target: world, with: { address: x } }
          - { id: inner, parallel: [${seat('c', cel('"c-" + steps.hsm.outputs.hsmId'))}, { id: key, uses: toy.make-key-pair, target: world, with: { label: k } }] }
      - ${set('setting', 's', 3)}
  - ${seat('last', cel('steps.b.outputs.seat + steps.c.outputs.seat'))}
`
  it('does each branch once, in whatever order, and reads across the block behind it', async () => {
    const { ledger, points } = await everywhere(steps, '', { draws: 5 })
    expect([...ledger].sort()).toEqual([
      'BookSeat a',
      'BookSeat ab',
      'BookSeat abc-hsm-1',
      'BookSeat c-hsm-1',
      'CreateHsm x',
      'GenerateKeyPair k',
    ])
    expect(ledger.at(-1)).toBe('BookSeat abc-hsm-1')
    expect(points).toBeGreaterThan(300)
  })

  it('lets the others go on where one waits for a person, and pauses then', async () => {
    const runbook = await loadToy(`
  - { id: both, parallel: [${seat('a', 'a', ', approval: { role: custodian, count: 1 }')}, { id: g, steps: [${seat('b', 'b')}, ${seat('c', 'c')}] }] }
`)
    const again = newStage()
    const first = await play(runbook, again, {
      answer: () => {
        throw new NeedsPerson('approval', 'nobody')
      },
    })
    expect(first).toMatchObject({ how: 'stopped', error: { reason: 'approval' } })
    expect(again.world.ledger).toEqual(['BookSeat b', 'BookSeat c'])
    expect(await play(runbook, again)).toMatchObject({ outcome: 'done' })
    expect(again.world.ledger).toEqual(['BookSeat b', 'BookSeat c', 'BookSeat a'])
  })

  it('stops the others at their next safe point where one fails, and repeats nothing when it is resumed', async () => {
    const runbook = await loadToy(`
  - id: both
    parallel:
      - ${set('fails', 's', 1)}
      - { id: g, steps: [${seat('a', 'a')}, ${seat('b', 'b')}, ${seat('c', 'c')}] }
`)
    const stage = newStage((world) => world.plan('PutSetting', denied))
    expect(await play(runbook, stage)).toMatchObject({ how: 'stopped', error: { name: 'StepFailed' } })
    expect(stage.world.ledger.length).toBeLessThan(3)
    expect(await play(runbook, stage)).toMatchObject({ outcome: 'done' })
    expect(stage.world.ledger).toEqual(['BookSeat a', 'BookSeat b', 'BookSeat c'])
  })

  it('brings what was begun to its end before a block is gone past', async () => {
    const steps = `
  - id: both
    onFailure: continue
    parallel:
      - { id: left, steps: [{ id: short, wait: 30s }, ${set('fails', 's', 1)}] }
      - id: right
        steps: [{ id: hsm, uses: toy.create-hsm, target: world, with: { address: x } }, ${seat('never', 'never')}]
        finally: [${seat('tidy', cel('has(steps.hsm.outputs) ? "made" : "not made"'))}]
  - ${seat('last', cel('has(steps.hsm.outputs) ? steps.hsm.outputs.hsmId : "none"'))}
`
    const { ledger, end, ending } = await everywhere(steps, '', {
      draws: 3,
      prepare: (world) => denyAlways(world, 'PutSetting'),
    })
    expect(ledger).toEqual(['CreateHsm x', 'BookSeat made', 'BookSeat hsm-1'])
    const { points } = ending.host
    const failed = points.indexOf('after record step/both/block-failed') // journaled before anything acts on it
    expect(failed).toBeGreaterThan(0)
    expect(points.findIndex((point) => point.startsWith('before step/tidy/'))).toBeGreaterThan(failed)
    expect(end).toMatchObject({ outcome: 'failed', failures: ['both'] })
  })

  it('does not try again what failed for good while it does that', async () => {
    const runbook = await loadToy(`
  - id: both
    onFailure: continue
    parallel: [${set('fails', 's', 1)}, { id: hsm, uses: toy.create-hsm, target: world, with: { address: x } }]
`)
    for (const draw of [undefined, drawing(seed), drawing(seed + 1)]) {
      const stage = newStage((world) => world.plan('PutSetting', denied))
      expect(await play(runbook, stage, { draw })).toMatchObject({ outcome: 'failed', failures: ['both'] })
      expect(stage.world.settings.size).toBe(0)
    }
  })

  it('never goes past a doubt', async () => {
    const runbook = await loadToy(`
  - id: both
    onFailure: continue
    parallel:
      - { id: left, steps: [{ id: short, wait: 30s }, ${set('fails', 's', 1)}] }
      - { id: letter, uses: toy.send-letter, target: world, with: { to: x } }
  - ${seat('last', 'last')}
`)
    for (const draw of [undefined, drawing(seed), drawing(seed + 1)]) {
      const stage = newStage((world) => {
        denyAlways(world, 'PutSetting')
        world.plan('SendLetter', { code: 'transient', committed: true, outcomeUnknown: true })
      })
      for (let n = 0; n < 2; n += 1)
        expect(await play(runbook, stage, { draw })).toMatchObject({ how: 'stopped', error: { reason: 'in-doubt' } })
      expect(stage.world.ledger).toEqual(['SendLetter x'])
      expect(stage.machine.value('step/both/gave-up')).toBeUndefined()
    }
  })

  it('asks for an approval once, however far the branches beside it have come', async () => {
    const runbook = await loadToy(`
  - id: both
    parallel:
      - ${seat('gated', 'a', ', approval: { role: custodian, count: 2 }')}
      - { id: g, steps: [${look('read', 's')}, ${seat('b', cel('"b" + string(steps.read.outputs.value)'))}] }
  - ${seat('last', cel('string(steps.read.outputs.value)'))}
`)
    for (let n = 0; n < 8; n += 1) {
      const { host } = await play(runbook, newStage(), { draw: drawing(seed + n) })
      expect(host.asked).toHaveLength(2)
    }
  })
})
