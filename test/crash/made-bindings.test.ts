import { describe, expect, it } from 'vitest'
import type { Runbook } from '../../engine/document/runbook.ts'
import { BindingError } from '../../engine/environment/open-bindings.ts'
import { denied, look, seat, set } from './entries.ts'
import { crashEverywhere } from './everywhere.ts'
import { newStage, play, type Stage } from './play.ts'
import { loadToy } from './toys/load-toy.ts'
import { times, type World } from './toys/world.ts'

const bindings = '\n  hsmWorld: { kind: toy-world, madeBy: hsm }'
const hsm = '{ id: hsm, uses: toy.create-hsm, target: world, with: { address: 10.0.0.5 } }'
const onIt = (entry: string): string => entry.replace('target: world', 'target: hsmWorld')
const key = onIt('{ id: key, uses: toy.make-key-pair, target: world, with: { label: root } }')
const guard = ", when: '${{ has(steps.hsm.outputs) }}'"

const made = (steps: readonly string[], rest = ''): Promise<Runbook> =>
  loadToy(steps.map((each) => `  - ${each}`).join('\n'), { bindings, rest })

/** The requests that open or verify it; too early there is nothing to open. */
function watch({ world, machine }: Stage): readonly string[] {
  const seen: string[] = []
  watchWorld(world, () => machine.now, seen)
  return seen
}

function watchWorld(world: World, now: () => number, seen: string[] = []): void {
  world.onRequest = (operation) => {
    if (!/^(Open|Verify) hsmWorld$/.test(operation)) return
    seen.push(operation)
    if (!world.hsms.some(({ at }) => now() >= at + times.hsmReadyMs)) throw new Error(`${operation}: nothing is there`)
  }
}

describe('a binding that a step of the run makes', () => {
  it('is opened behind that step, wherever the power was lost, and nothing is done twice', async () => {
    const runbook = await made(
      [
        set('s', 's', 1),
        hsm,
        key,
        onIt(seat('a', 'a')),
        `{ id: p, parallel: [${onIt(seat('b', 'b'))}, ${onIt(seat('c', 'c'))}, ${seat('d', 'd')}] }`,
        '{ id: letter, uses: toy.make-volume, target: hsmWorld, with: { volume: v }, pointOfNoReturn: It is there }',
        onIt(seat('e', 'e')),
      ],
      `finally:\n  - ${onIt(look('last', 's', guard))}\noutputs: { key: '\${{ steps.key.outputs.keyId }}' }`,
    )
    const { ending, stage, points } = await crashEverywhere(runbook, {
      draws: 2,
      prepare: (world) => watchWorld(world, () => world.now()),
    })
    expect(ending).toMatchObject({ how: 'done', outcome: 'done' })
    expect(stage.world.ledger.slice(0, 2)).toEqual(['CreateHsm 10.0.0.5', 'GenerateKeyPair root'])
    expect(stage.machine.value('process/0/target/hsmWorld')).toEqual({ name: 'hsmWorld' })
    expect(points).toBeGreaterThan(200)
  })

  it('is opened once by a process, and by none that does nothing more on it', async () => {
    const runbook = await made([hsm, key, onIt(seat('a', 'a')), seat('b', 'b'), seat('c', 'c')])
    const stage = newStage()
    const seen = watch(stage)
    const { points } = (await play(runbook, newStage())).host
    await play(runbook, stage, { crashAt: points.indexOf('before record step/b/started') })
    expect(seen).toEqual(['Open hsmWorld'])
    expect(await play(runbook, stage)).toMatchObject({ how: 'done' })
    expect(seen).toEqual(['Open hsmWorld'])
  })

  it('is verified at a point of no return once it is there, and not before', async () => {
    const noReturn = ', pointOfNoReturn: gone'
    const runbook = await made([seat('a', 'a', noReturn), hsm, seat('b', 'b', noReturn), key])
    const stage = newStage()
    const seen = watch(stage)
    expect(await play(runbook, stage)).toMatchObject({ how: 'done' })
    expect([...new Set(seen)]).toEqual(['Open hsmWorld', 'Verify hsmWorld'])
  })

  it('shows an obstacle in it at a point of no return', async () => {
    const runbook = await made([hsm, seat('a', 'a', ', pointOfNoReturn: gone'), onIt(seat('b', 'b'))])
    const ending = await play(
      runbook,
      newStage((world) => void world.seats.set('b', 'other.run')),
    )
    expect(ending).toMatchObject({ how: 'stopped', error: { reason: 'conflict' } })
  })

  it('pauses the run where it cannot be opened, whatever the step says of failures', async () => {
    const runbook = await made([hsm, onIt(seat('a', 'a', ', onFailure: continue')), seat('b', 'b')])
    const stage = newStage((world) => world.plan('Open hsmWorld', denied))
    const paused = await play(runbook, stage)
    expect(paused).toMatchObject({ how: 'stopped', error: { binding: 'hsmWorld', error: { code: 'denied' } } })
    expect(paused.how === 'stopped' && paused.error).toBeInstanceOf(BindingError)
    expect(stage.world.seats.size).toBe(0)
    expect(await play(runbook, stage)).toMatchObject({ how: 'done', outcome: 'done' })
    expect([...stage.world.seats.keys()]).toEqual(['a', 'b'])
  })

  it('is tried again as the step says', async () => {
    const runbook = await made([hsm, onIt(seat('a', 'a', ', retry: { on: [denied], times: 2 }'))])
    const stage = newStage((world) => [1, 2].forEach(() => world.plan('Open hsmWorld', denied)))
    expect(await play(runbook, stage)).toMatchObject({ how: 'done' })
  })
})

describe('on the way back', () => {
  const steps = [hsm.replace('create-hsm', 'book-seat').replace('address: 10.0.0.5', 'seat: hsm'), onIt(seat('a', 'a'))]

  it('is opened by a process that takes back what is in it', async () => {
    const runbook = await made([...steps, seat('b', 'b')])
    const stage = newStage()
    await play(runbook, stage)
    expect(await play(runbook, stage, { takeBack: {} })).toMatchObject({ how: 'done', outcome: 'undone' })
    expect(stage.world.ledger.slice(3)).toEqual(['CancelSeat b', 'CancelSeat a', 'CancelSeat hsm'])
  })

  it('a person says what becomes of what is in it, where it is gone', async () => {
    const runbook = await made(steps)
    const stage = newStage()
    await play(runbook, stage)
    for (let n = 0; n < 9; n += 1) stage.world.plan('Open hsmWorld', { ...denied, code: 'not-found' })
    const stuck = await play(runbook, stage, { takeBack: {} })
    expect(stuck).toMatchObject({ how: 'stopped', error: { name: 'StepFailed', step: { id: 'a' } } })
    expect(stuck.host.asked).toMatchObject([{ kind: 'resolution', of: 'undo', step: { id: 'a' } }])
  })

  it('what `finally` would do on it is left out once its maker was taken back', async () => {
    const runbook = await made(
      [...steps, seat('b', 'taken', ', onFailure: undo')],
      `finally:\n  - ${onIt(look('last', 's', guard))}\n  - ${look('always', 's')}`,
    )
    const prepare = (world: World): void => void world.settings.set('s', 1)
    const stage = newStage((world) => {
      prepare(world)
      world.onRequest = (operation) => {
        if (operation === 'BookSeat' && world.seats.size === 2) world.plan('BookSeat', denied)
      }
    })
    const undone = await play(runbook, stage)
    expect(undone).toMatchObject({ how: 'done', outcome: 'undone' })
    const skipped = undone.host.events.filter(({ type }) => type === 'step-skipped')
    expect(skipped).toMatchObject([{ step: { id: 'last' } }])
    expect(stage.machine.value('step/always/succeeded')).toBeDefined()
  })

  it('what `finally` would do on it is left out where it was never made', async () => {
    const runbook = await made(
      [seat('a', 'a', ', onFailure: undo'), ...steps.slice(0, 1), onIt(seat('c', 'c'))],
      `finally:\n  - ${onIt(look('last', 's', guard))}`,
    )
    const stage = newStage((world) => world.plan('BookSeat', denied))
    const seen = watch(stage)
    expect(await play(runbook, stage)).toMatchObject({ how: 'done', outcome: 'undone' })
    expect(seen).toEqual([])
  })
})
