import { describe, expect, it } from 'vitest'
import { newStage, play, playOver } from '../../../crash/play.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { outcomesOf } from './outcomes.ts'

const hsm = '  - { id: hsm, uses: toy.create-hsm, target: world, with: { address: a } }'
const setting = '  - { id: set, uses: toy.set-setting, target: world, with: { name: s, value: 2 } }'
const key = '  - { id: key, uses: toy.make-key-pair, target: world, with: { label: root } }'
const order = '  - { id: order, uses: toy.order-item, target: world, with: { item: x } }'
const letter = '  - { id: letter, uses: toy.send-letter, target: world, with: { to: x } }'
const name = '  - { id: name, uses: toy.reserve-name, target: world, with: { name: a } }'

const throttled = { code: 'throttled', committed: false, outcomeUnknown: false } as const
const lost = { code: 'transient', committed: true, outcomeUnknown: true } as const

async function crashPoint(yaml: string, point: string): Promise<number> {
  const ending = await play(await loadToy(yaml), newStage())
  const at = ending.host.points.indexOf(point)
  expect(at, `${point} is none of ${ending.host.points.join(', ')}`).toBeGreaterThanOrEqual(0)
  return at
}

describe('an HSM without token and tags', () => {
  it('is made once although the answer is lost and it is listed late', async () => {
    const stage = newStage((world) => world.plan('CreateHsm', lost))
    const ending = await play(await loadToy(hsm), stage)
    expect(ending.how).toBe('done')
    expect(stage.world.ledger).toEqual(['CreateHsm a'])
    expect(outcomesOf(ending.host)).toEqual({ hsm: 'recovered' })
  })

  it('is looked for as long as it may be unlisted, counted from when the earlier process is known dead', async () => {
    const runbook = await loadToy(hsm)
    const stage = newStage()
    const crashAt = await crashPoint(hsm, 'before step/hsm/apply')
    await play(runbook, stage, { crashAt })
    stage.machine.now += 24 * 60 * 60_000
    const resumed = stage.machine.now
    stage.world.onRequest = (operation) => {
      if (operation === 'CreateHsm') expect(stage.machine.now - resumed).toBe(45_000)
    }
    expect(outcomesOf((await play(runbook, stage)).host)).toEqual({ hsm: 'made' })
    expect(stage.world.ledger).toEqual(['CreateHsm a'])
  })
})

describe('a key pair that stays half', () => {
  it('is not made again and again: one try, then a person', async () => {
    const stage = newStage()
    const { world } = stage
    world.onRequest = (operation) => {
      const made = world.keys.get('root')
      if (operation === 'FindObjects' && made?.publicId !== undefined)
        world.keys.set('root', { publicId: made.publicId })
    }
    const ending = await play(await loadToy(key), stage)
    expect(ending).toMatchObject({ how: 'stopped', error: { reason: 'conflict' } })
    expect(world.ledger).toEqual(['GenerateKeyPair root'])
  })
})

describe('a setting', () => {
  it('has what it was before in the journal, whether or not it was changed when power was lost', async () => {
    const runbook = await loadToy(setting)
    for (const [point, how] of [
      ['before step/set/apply', 'made'],
      ['after step/set/apply', 'recovered'],
    ] as const) {
      const stage = newStage((world) => world.settings.set('s', 1))
      const ending = await playOver(runbook, stage, [await crashPoint(setting, point)], 0)
      expect(outcomesOf(ending.host)).toEqual({ set: how })
      expect(stage.machine.value('step/set/started')).toMatchObject({ before: 1 })
      expect(stage.world.settings.get('s')).toBe(2)
    }
  })

  it('is found, and nothing is started, where it was right already', async () => {
    const stage = newStage((world) => world.settings.set('s', 2))
    const ending = await play(await loadToy(setting), stage)
    expect(outcomesOf(ending.host)).toEqual({ set: 'found' })
    expect([...stage.machine.records.keys()]).toEqual(['step/set/succeeded', 'run/ended'])
  })
})

describe('a half-made key pair', () => {
  it('is completed when it is our own', async () => {
    const stage = newStage()
    const crashAt = await crashPoint(key, 'between public and private key')
    const ending = await playOver(await loadToy(key), stage, [crashAt], 0)
    expect(outcomesOf(ending.host)).toEqual({ key: 'made' })
    expect(stage.world.ledger).toEqual(['GenerateKeyPair root'])
  })

  it('is a conflict when it is somebody else’s', async () => {
    const stage = newStage((world) => world.keys.set('root', { publicId: 'other' }))
    expect(await play(await loadToy(key), stage)).toMatchObject({ how: 'stopped', error: { reason: 'conflict' } })
    expect(stage.world.ledger).toEqual([])
  })
})

describe('a request with a token', () => {
  it('is sent again with the same token as long as the service knows it', async () => {
    const stage = newStage((world) => world.plan('PlaceOrder', lost))
    const ending = await play(await loadToy(order), stage)
    expect(stage.world.ledger).toEqual(['PlaceOrder x'])
    expect(outcomesOf(ending.host)).toEqual({ order: 'made' })
  })

  it('counts the time the service knows it from the first request that may have arrived', async () => {
    const runbook = await loadToy(order)
    const minutes = 60_000
    const stage = newStage()
    await play(runbook, stage, { crashAt: await crashPoint(order, 'after step/order/apply') })
    stage.machine.now += 4 * minutes
    stage.world.plan('PlaceOrder', throttled)
    await play(runbook, stage, { crashAt: 6 }) // in the pause behind a refused second request
    expect(stage.machine.value('step/order/failed/0')).toMatchObject({ code: 'throttled', untouched: false })
    stage.machine.now += 4 * minutes
    expect(await play(runbook, stage)).toMatchObject({ error: { reason: 'in-doubt' } })
    expect(stage.world.ledger).toEqual(['PlaceOrder x'])
  })

  it('does not count requests that surely did nothing', async () => {
    const runbook = await loadToy(order)
    const minutes = 60_000
    const stage = newStage((world) => world.plan('PlaceOrder', throttled))
    const { points } = (
      await play(
        runbook,
        newStage((world) => world.plan('PlaceOrder', throttled)),
      )
    ).host
    await play(runbook, stage, { crashAt: points.indexOf('asleep') })
    stage.machine.now += 60 * minutes
    await play(runbook, stage, { crashAt: points.indexOf('after step/order/apply') - points.indexOf('asleep') })
    expect(stage.world.ledger).toEqual(['PlaceOrder x'])
    expect(stage.machine.value('step/order/answered/0')).toBeUndefined()
    stage.machine.now += 4 * minutes
    expect((await play(runbook, stage)).how).toBe('done')
    expect(stage.world.ledger).toEqual(['PlaceOrder x'])
  })

  it('is in doubt when the service may have forgotten it', async () => {
    const runbook = await loadToy(order)
    const stage = newStage()
    const crashAt = await crashPoint(order, 'after step/order/apply')
    expect(await playOver(runbook, stage, [crashAt], 5 * 60_000)).toMatchObject({ error: { reason: 'in-doubt' } })
    expect(await play(runbook, stage)).toMatchObject({ error: { reason: 'in-doubt', step: { id: 'order' } } })
    expect(stage.world.ledger).toEqual(['PlaceOrder x'])
  })
})

describe('an effect that cannot be seen', () => {
  it('is in doubt after a crash before its answer was recorded, and never sent again', async () => {
    for (const [point, sent] of [
      ['before step/letter/apply', []],
      ['after step/letter/apply', ['SendLetter x']],
      ['before record step/letter/answered/0', ['SendLetter x']],
    ] as const) {
      const stage = newStage()
      const ending = await playOver(await loadToy(letter), stage, [await crashPoint(letter, point)], 0)
      expect(ending).toMatchObject({ error: { reason: 'in-doubt' } })
      expect(stage.world.ledger).toEqual(sent)
    }
  })

  it('is in doubt when its answer is lost', async () => {
    const stage = newStage((world) => world.plan('SendLetter', lost))
    expect(await play(await loadToy(letter), stage)).toMatchObject({ error: { reason: 'in-doubt' } })
    expect(stage.world.ledger).toEqual(['SendLetter x'])
  })

  it('is done when its answer was recorded before the crash', async () => {
    const stage = newStage()
    const crashAt = await crashPoint(letter, 'after record step/letter/answered/0')
    expect(await playOver(await loadToy(letter), stage, [crashAt], 0)).toMatchObject({ how: 'done' })
  })
})

describe('an object that was acknowledged and is not there', () => {
  it('is not made again, not even after a crash', async () => {
    for (const point of ['after record step/key/answered/0', 'before record step/key/succeeded']) {
      const stage = newStage()
      await play(await loadToy(key), stage, { crashAt: await crashPoint(key, point) })
      stage.world.keys.clear() // somebody removed it
      expect(await play(await loadToy(key), stage)).toMatchObject({ error: { reason: 'conflict' } })
      expect(stage.world.ledger).toEqual(['GenerateKeyPair root'])
    }
  })
})

describe('an object that was there before', () => {
  it('is refused, naming the effect that made it, or found where the runbook adopts it', async () => {
    const stage = newStage((world) => world.keys.set('root', { publicId: 'r.x', privateId: 'r.x' }))
    expect(await play(await loadToy(key), stage)).toMatchObject({
      error: { reason: 'refused', message: expect.stringContaining('`r.x`') },
    })
    const adopting = await loadToy(key.replace(' }\n', '').replace(/ }$/, ', existing: adopt }'))
    const ending = await play(adopting, stage)
    expect(ending).toMatchObject({ how: 'done' })
    expect(outcomesOf(ending.host)).toEqual({ key: 'found' })
    expect(stage.world.ledger).toEqual([])
  })

  it('is a conflict when it appeared after the step had started', async () => {
    const faster = newStage((world) => {
      world.plan('ReserveName', { code: 'transient', committed: false, outcomeUnknown: false })
      world.onRequest = (operation) => operation === 'ReserveName' && world.names.set('a', 'other.y')
    })
    expect(await play(await loadToy(name), faster)).toMatchObject({
      error: { reason: 'conflict', message: expect.stringContaining('`other.y`') },
    })
    const adopted = newStage((world) => {
      world.onRequest = (operation) => operation === 'ReserveName' && world.names.set('a', 'other.y')
    })
    const ending = await play(await loadToy(name.replace(/ }$/, ', existing: adopt }')), adopted)
    expect(outcomesOf(ending.host)).toEqual({ name: 'found' }) // made by somebody else: never ours to undo
  })

  it('is nobody else’s to take when it appeared although nothing was sent, and nothing says who made it', async () => {
    const setting = (existing: string) =>
      loadToy(
        `  - { id: set, uses: toy.set-setting, target: world, with: { name: a, value: 7 }, existing: ${existing} }`,
      )
    const faster = () =>
      newStage((world) => {
        world.plan('PutSetting', { code: 'invalid', committed: false, outcomeUnknown: false })
        world.onRequest = (operation) => operation === 'PutSetting' && world.settings.set('a', 7)
      })
    const refusing = faster()
    expect(await play(await setting('refuse'), refusing)).toMatchObject({ error: { error: { code: 'invalid' } } })
    expect(await play(await setting('refuse'), refusing)).toMatchObject({ error: { reason: 'refused' } })
    const adopting = faster()
    await play(await setting('adopt'), adopting)
    expect(outcomesOf((await play(await setting('adopt'), adopting)).host)).toEqual({ set: 'found' })
  })
})
