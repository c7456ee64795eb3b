import { describe, expect, it } from 'vitest'
import type { Runbook } from '../../engine/document/runbook.ts'
import type { PersonRequest } from '../../engine/run/person-request.ts'
import { NeedsPerson } from '../../engine/run/run-stop.ts'
import type { JsonObject } from '../../engine/step/json.ts'
import { crashEverywhere, endOf } from './everywhere.ts'
import { denied, denyAlways, seat, set } from './entries.ts'
import { newStage, type Play, play, type Stage } from './play.ts'
import { loadToy } from './toys/load-toy.ts'
import type { World } from './toys/world.ts'
import { agree } from './virtual-host.ts'

describe('a run that is taken back', () => {
  const steps = `
  - { id: setting, uses: toy.set-setting, target: world, with: { name: s, value: 2 } }
  - id: each
    forEach: { in: [a, b], concurrency: 2 }
    steps: [${seat('one', "'${{ item }}1'")}, ${seat('two', "'${{ item }}2'")}]
  - { id: volume, uses: toy.make-volume, target: world, with: { volume: v } }
  - { id: both, parallel: [${seat('c', 'c')}, { id: again, uses: toy.set-setting, target: world, with: { name: s, value: 3 } }] }
`
  const prepare = (world: World) => void world.settings.set('s', 1)

  /** Takes a finished run back, with power lost at each point of that. */
  async function backEverywhere(runbook: Runbook, begin: (stage: Stage) => Promise<unknown>, how: Play) {
    const done = async (): Promise<Stage> => {
      const stage = newStage(prepare)
      await begin(stage)
      return stage
    }
    const stage = await done()
    const quiet = await play(runbook, stage, how)
    for (const crashAt of quiet.host.points.keys()) {
      const again = await done()
      await play(runbook, again, { ...how, crashAt })
      again.machine.now += 1_000
      const resumed = await play(runbook, again, how)
      const where = quiet.host.points[crashAt]
      expect(endOf(resumed), where).toEqual(endOf(quiet))
      expect([...again.world.ledger].sort(), where).toEqual([...stage.world.ledger].sort())
      expect(again.world.settings, where).toEqual(stage.world.settings)
    }
    return { quiet, stage }
  }

  it('undoes all of it once, newest first, the destructive behind an approval', async () => {
    const runbook = await loadToy(steps)
    const { quiet, stage } = await backEverywhere(runbook, (at) => play(runbook, at), { takeBack: {} })
    expect(quiet).toMatchObject({ outcome: 'undone', undone: { stays: [] } })
    const undone = stage.world.ledger.slice(6)
    expect(undone).toEqual([
      'CancelSeat c',
      'DestroyVolume v',
      'CancelSeat b2',
      'CancelSeat b1',
      'CancelSeat a2',
      'CancelSeat a1',
    ])
    expect(stage.world.settings.get('s')).toBe(1)
    expect(quiet.host.asked.map(({ kind, step }) => `${kind} ${step.id}`)).toEqual([
      'approval volume',
      'approval volume',
    ])
  })

  it('goes back to a step, and the rest later', async () => {
    const runbook = await loadToy(steps)
    const to = await backEverywhere(runbook, (at) => play(runbook, at), { takeBack: { to: 'volume' } })
    expect(to.stage.world.ledger.slice(6)).toEqual(['CancelSeat c', 'DestroyVolume v'])
    const rest = await play(runbook, to.stage, { takeBack: {} })
    expect(rest).toMatchObject({ outcome: 'undone' })
    expect(to.stage.world.ledger.slice(8)).toEqual(['CancelSeat b2', 'CancelSeat b1', 'CancelSeat a2', 'CancelSeat a1'])
  })

  it('from wherever it was cut off, in-doubt steps settled first, leaves nothing behind and does nothing twice', async () => {
    const runbook = await loadToy(steps)
    const forward = await play(runbook, newStage(prepare))
    for (const crashAt of forward.host.points.keys()) {
      const stage = newStage(prepare)
      await play(runbook, stage, { crashAt })
      stage.machine.now += 1_000
      const where = forward.host.points[crashAt]
      expect(await play(runbook, stage, { takeBack: {} }), where).toMatchObject({ outcome: 'undone' })
      expect(stage.world.seats.size, where).toBe(0)
      expect(stage.world.settings.get('s'), where).toBe(1)
      expect(new Set(stage.world.ledger).size, where).toBe(stage.world.ledger.length)
    }
  })

  it('by itself destroys nothing, and goes on when a person says so', async () => {
    const runbook = await loadToy(`
  - ${seat('a', 'a')}
  - { id: volume, uses: toy.make-volume, target: world, with: { volume: v } }
  - { id: bad, assert: '\${{ 1 > 2 }}', onFailure: undo }
`)
    const stage = newStage()
    expect(await play(runbook, stage)).toMatchObject({ how: 'stopped', error: { reason: 'refused' } })
    expect(stage.world.ledger).toEqual(['BookSeat a', 'MakeVolume v'])
    expect(await play(runbook, stage, { takeBack: {} })).toMatchObject({ outcome: 'undone', failures: ['bad'] })
    expect(stage.world.ledger.slice(2)).toEqual(['DestroyVolume v', 'CancelSeat a'])
  })
})

describe('gates inside blocks', () => {
  it('are asked once, whatever crashes, in every branch and item', async () => {
    const gate = ', approval: { role: custodian, count: 1 }'
    const runbook = await loadToy(`
  - id: both
    parallel:
      - { id: g, steps: [${seat('a', 'a', gate)}, ${seat('b', 'b', ', pointOfNoReturn: gone')}] }
      - { id: each, forEach: { in: [x, y], concurrency: 2 }, steps: [${seat('c', "'${{ item }}'", gate)}] }
`)
    const { ending, points } = await crashEverywhere(runbook, { draws: 2 })
    expect(ending.host.asked.map(({ kind, step }) => `${kind} ${step.id}`).sort()).toEqual([
      'approval a',
      'approval c[x]',
      'approval c[y]',
      'confirmation b',
    ])
    expect(points).toBeGreaterThan(150)
    const kept = ending.host.points.indexOf('after record step/c[x]/approval/0/given/0')
    const stage = newStage()
    await play(runbook, stage, { crashAt: kept })
    const { host } = await play(runbook, stage)
    expect(host.asked.map(({ step }) => step.id)).not.toContain('c[x]')
  })
})

describe('an item that waits for a person', () => {
  const gate = ', approval: { role: custodian, count: 1 }'
  const waiting = async (more: string) => {
    const runbook = await loadToy(`
  - id: each
    forEach: { in: [x, y]${more} }
    steps: [${set('before', "'${{ item }}'", 1)}, ${seat('c', "'${{ item }}'", gate)}]
`)
    const stage = newStage()
    const nobody = (): never => {
      throw new NeedsPerson('approval', 'nobody is there')
    }
    expect(await play(runbook, stage, { answer: nobody })).toMatchObject({ how: 'stopped' })
    return { runbook, stage }
  }

  it('keeps back those behind it, which may rely on it', async () => {
    const { runbook, stage } = await waiting('')
    expect([...stage.world.settings.keys()]).toEqual(['x'])
    expect(await play(runbook, stage)).toMatchObject({ outcome: 'done' })
    expect(stage.world.ledger).toEqual(['BookSeat x', 'BookSeat y'])
  })

  it('keeps back none of those at the same time', async () => {
    const { stage } = await waiting(', concurrency: 2')
    expect([...stage.world.settings.keys()]).toEqual(['x', 'y'])
  })
})

describe('a doubt that a person settles', () => {
  const steps = `
  - id: both
    parallel:
      - { id: letter, uses: toy.send-letter, target: world, with: { to: x } }
      - ${seat('a', 'a')}
  - ${seat('b', 'b')}
`
  const says = (claim: 'done' | 'not-done') => (request: PersonRequest) =>
    request.kind === 'resolution'
      ? { claim, outputs: claim === 'done' ? { receipt: 'found it' } : null, reason: 'looked', by: 'operator' }
      : agree(request)

  it.each([true, false])(
    'counts once, in each order and wherever power is lost; it was done: %s',
    async (committed) => {
      const runbook = await loadToy(steps)
      let here: World | undefined
      const prepare = (world: World): void => {
        here = world
        world.plan('SendLetter', { code: 'transient', committed, outcomeUnknown: true })
      }
      // an honest person, who looks
      const answer = (request: PersonRequest) => says(here?.letters.length === 0 ? 'not-done' : 'done')(request)
      const { ending, stage } = await crashEverywhere(runbook, { prepare, draws: 1, accidents: { answer } })
      expect(ending).toMatchObject({ outcome: 'done', exceptions: ['letter'] })
      expect([...stage.world.ledger].sort()).toEqual(['BookSeat a', 'BookSeat b', 'SendLetter x'])
    },
  )

  it('that is rejected stays one, and asks anew', async () => {
    const runbook = await loadToy(steps)
    const stage = newStage((world) =>
      world.plan('SendLetter', { code: 'device', committed: true, outcomeUnknown: true }),
    )
    const reject = (request: PersonRequest) =>
      request.kind === 'approval'
        ? { decision: 'reject', digest: request.digest, by: 'alice', how: 'unsigned', reason: 'no' }
        : says('done')(request)
    expect(await play(runbook, stage, { answer: reject })).toMatchObject({
      how: 'stopped',
      error: { reason: 'approval' },
    })
    const { host, ...ending } = await play(runbook, stage, { answer: says('done') })
    expect(ending).toMatchObject({ outcome: 'done', exceptions: ['letter'] })
    expect(host.asked.map(({ kind }) => kind)).toEqual(['resolution', 'approval', 'approval'])
  })
})

describe('a maintenance window', () => {
  const steps = `
  - ${seat('a', 'a')}
  - { id: pause, wait: 1h }
  - id: both
    parallel: [${seat('b', 'b')}, ${seat('c', 'c')}]
`
  const untitled = { title: undefined, zone: 'UTC' }
  const windows = (until: number) => (now: number) =>
    now < until
      ? { open: true as const, until, ends: 'the window ends', title: undefined, zone: 'UTC' }
      : { open: false as const, why: 'no window is open', opensAt: undefined, title: undefined, zone: 'UTC' }

  it('that closed stops before the next change, in every branch, and lets the run go on when it is open again', async () => {
    const runbook = await loadToy(steps)
    const stage = newStage()
    const closes = stage.machine.now + 30 * 60_000
    expect(await play(runbook, stage, { windows: windows(closes) })).toMatchObject({
      how: 'stopped',
      error: { reason: 'window' },
    })
    expect(stage.world.ledger).toEqual(['BookSeat a'])
    expect(await play(runbook, stage)).toMatchObject({ outcome: 'done', exceptions: [] })
    expect(stage.world.ledger).toHaveLength(3)
  })

  it('is overridden with a reason and an approval, which the run ends with', async () => {
    const runbook = await loadToy(steps)
    const stage = newStage()
    const answer = (request: PersonRequest) =>
      request.kind === 'override' ? { reason: 'must', by: 'operator' } : agree(request)
    const ending = await play(runbook, stage, { windows: windows(stage.machine.now + 30 * 60_000), answer })
    expect(ending).toMatchObject({ outcome: 'done', exceptions: ['b', 'c'] })
  })

  it('that was overridden is, and no freeze later', async () => {
    const runbook = await loadToy(`
  - { id: l, uses: toy.set-setting, target: world, with: { name: s, value: 1 }, pointOfNoReturn: gone, estimate: 30m }
`)
    const stage = newStage((world) => world.plan('PutSetting', denied))
    const short = windows(stage.machine.now + 20 * 60_000)
    const frozen = (why: string) => () => ({ ...{ open: false as const, why, opensAt: undefined }, ...untitled })
    const saying = (reason: string) => (request: PersonRequest) =>
      request.kind === 'override' ? { reason, by: 'operator' } : agree(request)
    await play(runbook, stage, { windows: short, answer: saying('ten minutes short') })
    expect(stage.world.ledger).toEqual([])
    const kinds = async (how: Play): Promise<readonly string[]> =>
      (await play(runbook, stage, how)).host.asked.map(({ kind }) => kind)
    denyAlways(stage.world, 'PutSetting')
    expect(await kinds({ windows: frozen('changes are frozen until 2027') })).toEqual(['override'])
    expect(await kinds({ windows: frozen('changes are frozen until 2027'), answer: saying('must') })).toEqual([
      ...['override', 'approval', 'approval'],
    ])
    expect(stage.machine.value('step/l/override/1')).toMatchObject({ reason: 'must' })
    expect(await kinds({ windows: frozen('changes are frozen until 2027') })).toEqual([]) // the same one
    expect(await kinds({ windows: frozen('changes are frozen until 2028') })).toEqual(['override'])
  })

  it('that was not overridden after all is no exception', async () => {
    const runbook = await loadToy(`  - ${seat('a', 'a')}`)
    const stage = newStage()
    const closed = windows(stage.machine.now)
    const answer = (request: PersonRequest) =>
      request.kind === 'override'
        ? { reason: 'please', by: 'operator' }
        : { ...(agree(request) as JsonObject), decision: 'reject', reason: 'no' }
    expect(await play(runbook, stage, { windows: closed, answer })).toMatchObject({ error: { reason: 'approval' } })
    expect(await play(runbook, stage)).toMatchObject({ outcome: 'done', exceptions: [] })
  })

  it('that is too short is told once', async () => {
    const runbook = await loadToy(['a', 'b', 'c', 'd'].map((id) => `  - ${seat(id, id, ', estimate: 1h')}`).join('\n'))
    const stage = newStage()
    const open = windows(stage.machine.now + 3_600_000)
    const { host } = await play(runbook, stage, {
      windows: (now) => {
        stage.machine.now += 120_000 // minutes pass
        return open(now)
      },
    })
    expect(host.events.filter(({ type }) => type === 'window-short')).toHaveLength(1)
  })

  it('is measured against what is ahead now and then, not at every step', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `s${n}`)
    const runbook = await loadToy(ids.map((id) => `  - ${seat(id, id)}`).join('\n'))
    const recalled = async (how: Play): Promise<number> => {
      const stage = newStage()
      const value = stage.machine.value.bind(stage.machine)
      let n = 0
      stage.machine.value = (key) => {
        n += 1
        return value(key)
      }
      await play(runbook, stage, how)
      return n
    }
    const open = windows(newStage().machine.now + 1e9)
    expect((await recalled({ windows: open })) - (await recalled({}))).toBeLessThan(5 * ids.length)
  })

  it('that is too short stops before a point of no return', async () => {
    const runbook = await loadToy(`
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: k }, pointOfNoReturn: gone, estimate: 2h }
`)
    const stage = newStage()
    const ending = await play(runbook, stage, { windows: windows(stage.machine.now + 3_600_000) })
    expect(ending).toMatchObject({ how: 'stopped', error: { reason: 'window' } })
    expect(stage.world.ledger).toEqual([])
  })
})

it('needs nobody where everybody said what was asked, and pauses where nobody does', async () => {
  const runbook = await loadToy(`  - ${seat('a', 'a', ', approval: { role: custodian, count: 2 }')}`)
  const stage = newStage()
  const nobody = (): never => {
    throw new NeedsPerson('approval', 'nobody is there')
  }
  for (let n = 0; n < 3; n += 1)
    expect(await play(runbook, stage, { answer: nobody })).toMatchObject({ how: 'stopped' })
  expect(stage.machine.value('step/a/approval/1/requested')).toBeUndefined() // the same request stands
  expect(await play(runbook, stage)).toMatchObject({ outcome: 'done' })
})
