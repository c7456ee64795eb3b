import { describe, expect, it } from 'vitest'
import { cel, denied, denyAlways, everywhere, seat, set } from './entries.ts'
import { newStage, play } from './play.ts'
import { loadToy } from './toys/load-toy.ts'
import type { World } from './toys/world.ts'

describe('finally', () => {
  const outcome = cel('run.outcome')
  it('comes last, once, and sees how the block and the run ended', async () => {
    const steps = `
  - id: group
    steps: [${seat('a', 'a')}]
    finally: [${seat('f', cel('"block " + run.outcome'))}]
  - ${seat('b', 'b')}
`
    const { ledger } = await everywhere(
      steps,
      `finally:\n  - ${seat('z', cel('"run " + run.outcome + (has(steps.b.outputs) ? "!" : "?")'))}`,
    )
    expect(ledger).toEqual(['BookSeat a', 'BookSeat block done', 'BookSeat b', 'BookSeat run done!'])
  })

  it('tries each of its entries, and fails with the first that failed', async () => {
    const steps = `
  - id: group
    onFailure: continue
    steps: [${seat('a', 'a')}]
    finally: [${set('fails', 's', 1)}, ${seat('f', 'f')}, ${set('fails2', 't', 1)}, ${seat('g', 'g')}]
  - ${seat('b', 'b')}
`
    const { ledger, end, stage } = await everywhere(steps, '', { prepare: (world) => denyAlways(world, 'PutSetting') })
    expect(ledger).toEqual(['BookSeat a', 'BookSeat f', 'BookSeat g', 'BookSeat b'])
    expect(end).toMatchObject({ outcome: 'failed', failures: ['group', 'fails', 'fails2'] })
    expect(stage.machine.value('step/group/gave-up')).toEqual(stage.machine.value('step/fails/gave-up'))
  })

  it('that failed for good lets the run be taken back, wherever the power went before', async () => {
    const runbook = await loadToy(`
  - id: group
    onFailure: continue
    steps:
      - id: inner
        steps: [${seat('a', 'a')}]
        finally: [{ id: nested, steps: [${set('fails', 's', 1)}] }, ${seat('f', 'f')}]
`)
    const prepare = (world: World): void => denyAlways(world, 'PutSetting')
    const { host } = await play(runbook, newStage(prepare))
    for (const crashAt of host.points.keys()) {
      const stage = newStage(prepare)
      await play(runbook, stage, { crashAt })
      const back = await play(runbook, stage, { takeBack: {} })
      expect(back, host.points[crashAt]).toMatchObject({ how: 'done', outcome: 'undone' })
      expect(stage.world.ledger.includes('BookSeat f'), host.points[crashAt]).toBe(stage.world.ledger.length > 0)
    }
  })

  it('comes after a failure that is gone past, and what failed is not tried again once it began', async () => {
    const steps = `
  - id: group
    onFailure: continue
    steps: [${seat('a', 'a')}, ${set('fails', 's', 1)}, ${seat('never', 'never')}]
    finally:
      - ${seat('f', cel('"block " + run.outcome + (has(steps.never.outputs) ? "!" : "?") + (has(steps.a.outputs) ? "!" : "?")'))}
      - ${seat('g', 'g')}
  - ${seat('b', 'b')}
`
    const prepare = (world: World) => world.plan('PutSetting', denied)
    const runbook = await loadToy(steps, { rest: `finally:\n  - ${seat('z', outcome)}` })
    const quiet = newStage(prepare)
    const undisturbed = await play(runbook, quiet)
    const ledger = ['BookSeat a', 'BookSeat block failed?!', 'BookSeat g', 'BookSeat b', 'BookSeat failed']
    expect(quiet.world.ledger).toEqual(ledger)
    expect(undisturbed).toMatchObject({ outcome: 'failed', failures: ['group'] })
    // the fault is gone once it was met: whatever power loss follows, the block has failed, or is done as a whole
    for (const crashAt of undisturbed.host.points.keys()) {
      const stage = newStage(prepare)
      await play(runbook, stage, { crashAt })
      await play(runbook, stage)
      const where = undisturbed.host.points[crashAt]
      const failed = stage.world.ledger.includes('BookSeat block failed?!')
      expect(stage.world.ledger, where).toEqual(
        failed
          ? ledger
          : ['BookSeat a', 'BookSeat never', 'BookSeat block done!!', 'BookSeat g', 'BookSeat b', 'BookSeat done'],
      )
    }
  })

  it('does not come at a pause', async () => {
    const steps = `
  - { id: group, steps: [${seat('a', 'a')}, ${set('fails', 's', 1)}], finally: [${seat('f', 'f')}] }
`
    const { ledger, end } = await everywhere(steps, `finally:\n  - ${seat('z', 'z')}`, {
      prepare: (world) => denyAlways(world, 'PutSetting'),
    })
    expect(ledger).toEqual(['BookSeat a'])
    expect(end).toMatchObject({ name: 'StepFailed' })
  })

  it('that fails and is gone past makes the run a failed one', async () => {
    const rest = `finally:\n  - ${set('fails', 's', 1, ', onFailure: continue')}\n  - ${seat('z', 'z')}`
    const { ledger, end } = await everywhere(`  - ${seat('a', 'a')}`, rest, {
      prepare: (world) => denyAlways(world, 'PutSetting'),
    })
    expect(ledger).toEqual(['BookSeat a', 'BookSeat z'])
    expect(end).toMatchObject({ outcome: 'failed', failures: ['fails'] })
  })
})

describe('onFailure', () => {
  it('goes past what may fail, and the run is done', async () => {
    const { ledger, end } = await everywhere(
      `
  - ${set('fails', 's', 1, ', onFailure: continue, mayFail: true')}
  - ${seat('b', cel('has(steps.fails.outputs) ? "set" : "not set"'))}
`,
      '',
      { prepare: (world) => denyAlways(world, 'PutSetting') },
    )
    expect(ledger).toEqual(['BookSeat not set'])
    expect(end).toMatchObject({ outcome: 'done', failures: [] })
  })

  it('goes past the failures it names, a conflict too, and no other', async () => {
    const steps = `
  - ${set('changed', 's', 1, ', onFailure: continue, continueOn: [conflict], mayFail: true')}
  - ${seat('b', cel('has(steps.changed.outputs) ? "set" : "not set"'))}
`
    const denyWith = (code: 'conflict' | 'denied') => (world: World) => {
      for (let n = 0; n < 40; n += 1) world.plan('PutSetting', { ...denied, code })
    }
    const { ledger, end } = await everywhere(steps, '', { prepare: denyWith('conflict') })
    expect(ledger).toEqual(['BookSeat not set'])
    expect(end).toMatchObject({ outcome: 'done', failures: [] })

    const stage = newStage(denyWith('denied'))
    const ending = await play(await loadToy(steps), stage)
    expect(ending).toMatchObject({ how: 'stopped', error: { error: { code: 'denied' } } })
    expect(stage.world.ledger).toEqual([])
    // nothing is settled: it is tried again on resume
    expect(stage.machine.value('step/changed/gave-up')).toBeUndefined()
  })

  it('pauses where a step failed in doubt, whatever it says', async () => {
    const runbook = await loadToy(`
  - ${seat('a', 'a', ', onFailure: continue')}
  - ${seat('b', 'b')}
`)
    const stage = newStage((world) => {
      world.plan('BookSeat', { code: 'device', committed: true, outcomeUnknown: true })
      const quiet = () => undefined
      let looks = 0
      world.onRequest = (operation) => {
        if (operation !== 'FindSeat') return quiet()
        looks += 1
        if (looks === 2) world.plan('FindSeat', denied)
      }
    })
    expect(await play(runbook, stage)).toMatchObject({
      how: 'stopped',
      error: { reason: 'in-doubt', cause: { code: 'denied' } },
    })
    expect(await play(runbook, stage)).toMatchObject({ outcome: 'done', failures: [] })
    expect(stage.world.ledger).toEqual(['BookSeat a', 'BookSeat b'])
  })

  it('takes back what was made, newest first, then does every `finally`, each once', async () => {
    const steps = `
  - ${seat('a', 'a')}
  - id: group
    steps:
      - ${set('setting', 's', 7)}
      - { id: both, parallel: [${seat('c', 'c')}, ${seat('d', 'd')}], finally: [${seat('p', cel('"both " + run.outcome'))}] }
      - { id: bad, onFailure: undo, uses: toy.set-setting, target: world, with: { name: t, value: 1 } }
    finally: [${seat('f', cel('"group " + run.outcome'))}]
`
    const { ledger, end, stage } = await everywhere(steps, `finally:\n  - ${seat('z', cel('"run " + run.outcome'))}`, {
      draws: 2,
      prepare(world) {
        world.settings.set('s', 5)
        world.onRequest = (operation) => {
          if (operation === 'PutSetting' && world.settings.get('s') === 7) world.plan('PutSetting', denied)
        }
      },
    })
    expect(ledger).toEqual([
      'BookSeat a',
      'BookSeat c',
      'BookSeat d',
      'BookSeat both done',
      'CancelSeat both done',
      'CancelSeat d',
      'CancelSeat c',
      'CancelSeat a',
      'BookSeat group undone',
      'BookSeat run undone',
    ])
    expect(end).toMatchObject({ outcome: 'undone', failures: ['bad'], undone: { stays: [] } })
    expect(stage.world.settings.get('s')).toBe(5)
  })

  it('takes back to the last point of no return, and says what stays', async () => {
    const steps = `
  - ${seat('a', 'a')}
  - { id: key, uses: toy.make-key-pair, target: world, with: { label: k }, pointOfNoReturn: It exists }
  - ${seat('b', 'b')}
  - ${set('fails', 's', 1, ', onFailure: undo')}
`
    const { ledger, end } = await everywhere(steps, '', { prepare: (world) => denyAlways(world, 'PutSetting') })
    expect(ledger).toEqual(['BookSeat a', 'GenerateKeyPair k', 'BookSeat b', 'CancelSeat b'])
    expect(end).toMatchObject({ outcome: 'undone', undone: { stays: ['key', 'a'], stoppedAt: { address: 'key' } } })
  })
})
