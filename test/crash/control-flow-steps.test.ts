import { describe, expect, it } from 'vitest'
import { cel, denied, denyAlways, everywhere, look, seat, set } from './entries.ts'
import { newStage, play } from './play.ts'
import { loadToy } from './toys/load-toy.ts'
import type { World } from './toys/world.ts'
import { agree } from './virtual-host.ts'

describe('wait', () => {
  it('waits for what is left of it', async () => {
    const runbook = await loadToy(`  - { id: pause, wait: 10m }\n  - ${seat('a', 'a')}`)
    const quiet = newStage()
    const start = quiet.machine.now
    const { host } = await play(runbook, quiet)
    expect(quiet.machine.now - start).toBe(600_000)
    const stage = newStage()
    await play(runbook, stage, { crashAt: host.points.indexOf('asleep') })
    stage.machine.now += 240_000
    await play(runbook, stage)
    expect(stage.machine.now - start).toBe(600_000)
  })

  it('for a step never applies, and looks until it holds', async () => {
    const wait = 'wait: { until: "${{ outputs.value >= 2 }}", every: 1m }'
    const prepare = (world: World) => {
      const from = world.now()
      world.onRequest = () => void world.settings.set('s', Math.floor((world.now() - from) / 120_000))
    }
    const { ledger, end } = await everywhere(
      `  - { id: go, uses: toy.look-at, target: world, with: { name: s }, timeout: 1h, ${wait} }\n  - ${seat('a', 'a')}`,
      'outputs: { v: "${{ steps.go.outputs.value }}" }',
      { prepare },
    )
    expect(ledger).toEqual(['BookSeat a'])
    expect(end).toMatchObject({ outputs: { v: 2 } })
    const other = await everywhere(
      `  - { id: go, uses: toy.set-setting, target: world, with: { name: s, value: 1 }, timeout: 5m, wait: { every: 1m } }`,
    )
    expect(other.end).toMatchObject({ name: 'StepFailed', message: expect.stringContaining('still waiting') })
    expect(other.stage.world.settings.size).toBe(0)
  })
})

describe('assert', () => {
  it('passes, or fails with the runbook’s own words', async () => {
    const steps = `
  - ${look('read', 's')}
  - { id: right, assert: ${cel('steps.read.outputs.value == 0')} }
  - { id: wrong, assert: ${cel('steps.read.outputs.value == 1')}, message: ${cel('"it is " + string(steps.read.outputs.value)')} }
  - ${seat('a', 'a')}
`
    const { ledger, end } = await everywhere(steps)
    expect(ledger).toEqual([])
    expect(end).toMatchObject({ name: 'StepFailed', message: 'it does not hold: it is 0' })
  })
})

describe('manual', () => {
  it('keeps an answer once given, and hands on what was typed and the evidence', async () => {
    const steps = `
  - id: hand
    manual: { do: Turn the key, confirm: { type: string, description: which }, evidence: required }
    approval: { role: witness, count: 1 }
  - ${seat('a', cel('steps.hand.outputs.value + (has(steps.hand.outputs.evidence) ? steps.hand.outputs.evidence : "")'))}
`
    let n = 0
    const { ledger, points } = await everywhere(steps, '', {
      accidents: {
        answer(request) {
          if (request.kind !== 'manual') return agree(request)
          n += 1
          return { value: 'blue', by: 'operator', evidence: 'photo.jpg', evidenceSha256: 'x' }
        },
      },
    })
    expect(ledger).toEqual(['BookSeat bluephoto.jpg'])
    expect(n).toBeLessThan(2 + 2 * points) // asked again only where nothing was kept
    const runbook = await loadToy(steps)
    const quiet = await play(runbook, newStage())
    const kept = quiet.host.points.indexOf('after record step/hand/succeeded')
    const stage = newStage()
    await play(runbook, stage, { crashAt: kept })
    expect((await play(runbook, stage)).host.asked).toEqual([])
  })
})

describe('timeout', () => {
  const steps = (more = '') =>
    `  - { id: slow, uses: toy.hang, target: world, with: { name: n }, timeout: 2m${more} }\n  - ${seat('a', 'a')}`
  it.each(['check', 'apply', 'after apply'])('ends a hanging %s, and resuming does it once', async (operation) => {
    const runbook = await loadToy(steps())
    const stage = newStage((world) => void world.hangs.set(operation, 1))
    const start = stage.machine.now
    const ending = await play(runbook, stage)
    expect(stage.machine.now - start).toBe(120_000)
    if (operation === 'after apply') expect(ending).toMatchObject({ outcome: 'done' })
    else {
      expect(ending).toMatchObject({ how: 'stopped', error: { error: { code: 'timeout' } } })
      expect(await play(runbook, stage)).toMatchObject({ outcome: 'done' })
    }
    expect(stage.world.ledger).toEqual(['ReserveName n', 'BookSeat a'])
  })

  it.each(['check', 'apply', 'after apply'])('tries a hanging %s again where `retry` says so', async (operation) => {
    const { ledger } = await everywhere(steps(', retry: { on: [timeout], times: 2 }'), '', {
      prepare: (world) => void world.hangs.set(operation, 2),
    })
    expect(ledger).toEqual(['ReserveName n', 'BookSeat a'])
  })
})

it('lets the last look of a wait take its time', async () => {
  const runbook = await loadToy(
    '  - { id: go, uses: toy.hang, target: world, with: { name: n }, timeout: 5m, wait: { every: 1m } }',
  )
  const stage = newStage()
  const start = stage.machine.now
  stage.world.isHanging = () => stage.machine.now >= start + 5 * 60_000
  expect(await play(runbook, stage)).toMatchObject({ how: 'stopped', error: { error: { code: 'timeout' } } })
  expect(stage.machine.now - start).toBe(5 * 60_000 + 30_000)
})

describe('retry', () => {
  it('pauses, resumable, when its tries are used up', async () => {
    const runbook = await loadToy(`  - ${set('s', 's', 1, ', retry: { on: [conflict, denied], times: 2 }')}`)
    const stage = newStage((world) => {
      for (let n = 0; n < 4; n += 1) world.plan('PutSetting', denied)
    })
    expect(await play(runbook, stage)).toMatchObject({ how: 'stopped', error: { name: 'StepFailed' } })
    expect(stage.machine.value('step/s/failed/2')).toBeDefined()
    expect(stage.machine.value('step/s/failed/3')).toBeUndefined()
    expect(await play(runbook, stage)).toMatchObject({ outcome: 'done' })
  })
})

describe('a pause that was asked for', () => {
  it.each(['a', 'left', 'b', 'both', 'last'])('comes behind %s, and a resume does the rest', async (until) => {
    const runbook = await loadToy(`
  - { id: both, parallel: [{ id: left, steps: [${seat('a', 'a')}, ${seat('a2', 'a2')}] }, ${seat('b', 'b')}] }
  - ${seat('last', 'last')}
`)
    const stage = newStage()
    expect(await play(runbook, stage, { until })).toMatchObject({ how: 'stopped', error: { name: 'UntilReached' } })
    if (until !== 'last') expect(stage.world.ledger).not.toContain('BookSeat last')
    expect(await play(runbook, stage)).toMatchObject({ outcome: 'done' })
    expect([...stage.world.ledger].sort()).toEqual(['BookSeat a', 'BookSeat a2', 'BookSeat b', 'BookSeat last'])
  })
})

describe('a pause that was asked for, beside another branch', () => {
  const letter = '{ id: l, uses: toy.send-letter, target: world, with: { to: eve } }'
  it.each([
    ['a step in doubt', letter, { how: 'stopped', error: { name: 'NeedsPerson', reason: 'in-doubt' } }],
    ['a failure', set('s', 's', 1), { how: 'stopped', error: { name: 'StepFailed' } }],
    ['an undo', set('s', 's', 1, ', onFailure: undo'), { how: 'done', outcome: 'undone' }],
  ])('does not hide %s', async (_, beside, ending) => {
    const runbook = await loadToy(`
  - { id: both, parallel: [${beside}, { id: more, steps: [${['x', 'y', 'z', 'a'].map((name) => seat(name, name)).join(', ')}] }] }
`)
    const stage = newStage((world) => {
      world.plan('SendLetter', { code: 'device', committed: true, outcomeUnknown: true })
      denyAlways(world, 'PutSetting')
    })
    expect(await play(runbook, stage, { until: 'a' })).toMatchObject(ending)
  })
})

describe('a point of no return', () => {
  it('does not mind what a step ahead would find that will not be done', async () => {
    const runbook = await loadToy(`
  - ${look('there', 's')}
  - ${seat('gone', 'a', ', pointOfNoReturn: gone')}
  - ${seat('skipped', 'b', `, when: ${cel('steps.there.outputs.value == 1')}`)}
`)
    const stage = newStage((world) => void world.seats.set('b', 'other.x'))
    expect(await play(runbook, stage)).toMatchObject({ outcome: 'done' })
  })

  it('inside an item sees what is in the way of the other items', async () => {
    const runbook = await loadToy(`
  - { id: each, forEach: { in: ["a", "b"] }, steps: [${seat('gone', cel('item'), ', pointOfNoReturn: gone')}] }
`)
    const stage = newStage((world) => void world.seats.set('b', 'other.x'))
    // the input of another item is not known at this one
    expect(await play(runbook, stage)).toMatchObject({ how: 'stopped', error: { reason: 'refused' } })
  })
})
