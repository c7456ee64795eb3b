import { describe, expect, it } from 'vitest'
import { cel, denied, everywhere, seat } from './entries.ts'
import { newStage, play } from './play.ts'
import { loadToy } from './toys/load-toy.ts'
import type { World } from './toys/world.ts'

describe('forEach', () => {
  const steps = (more: string) => `
  - { id: list, uses: toy.list-names, target: world, with: { list: l } }
  - id: each
    forEach: { in: ${cel('steps.list.outputs.names')}, as: name${more} }
    steps:
      - { id: hold, uses: toy.reserve-name, target: world, with: { name: ${cel('name')} } }
      - ${seat('book', cel('name + steps.hold.outputs.name'))}
`
  const prepare = (world: World) => {
    world.lists.set('l', ['a', 'b', 'c', 'd', 'e'])
  }
  const outputs = `outputs: { seats: ${cel('steps.each.outputs.items.map(i, i.steps.book.outputs.seat)')}, keys: ${cel('steps.each.outputs.items.map(i, i.key)')} }`

  it.each([1, 2, 5])('does five items, %d at the same time, each once', async (concurrency) => {
    const text = steps(`, concurrency: ${concurrency}`)
    const { end, ledger } = await everywhere(text, outputs, { draws: concurrency === 1 ? 0 : 2, prepare })
    expect(end).toMatchObject({ outputs: { seats: ['aa', 'bb', 'cc', 'dd', 'ee'], keys: ['a', 'b', 'c', 'd', 'e'] } })
    expect(ledger).toHaveLength(10)
  })

  it('begins no item any more once one failed', async () => {
    const runbook = await loadToy(`
  - id: each
    forEach: { in: [a, b, c, d], concurrency: 1 }
    steps: [${seat('book', "'${{ item }}'", `, when: ${cel('item != "z"')}`)}]
`)
    const stage = newStage((world) => world.plan('BookSeat', denied))
    expect(await play(runbook, stage)).toMatchObject({ how: 'stopped', error: { name: 'StepFailed' } })
    const begun = [...stage.machine.records.keys()].filter((key) => key.endsWith('/when'))
    expect(begun).toEqual(['step/book[a]/when'])
  })

  it('goes on with the items that were listed, whatever would be listed now', async () => {
    const text = steps(', concurrency: 2')
    const runbook = await loadToy(text)
    const quiet = await play(runbook, newStage(prepare))
    const at = quiet.host.points.indexOf('after record step/each/items')
    for (let crashAt = at; crashAt < quiet.host.points.length; crashAt += 7) {
      const stage = newStage(prepare)
      await play(runbook, stage, { crashAt })
      stage.world.lists.set('l', ['e', 'x', 'a'])
      expect((await play(runbook, stage)).how).toBe('done')
      expect(stage.world.ledger.filter((line) => line.startsWith('ReserveName')).sort()).toEqual(
        ['a', 'b', 'c', 'd', 'e'].map((name) => `ReserveName ${name}`),
      )
    }
  })

  it('after a crash inside the third of five settles that one by looking, repeats none, and does the others', async () => {
    const text = steps(', concurrency: 5')
    const runbook = await loadToy(text)
    const quiet = await play(runbook, newStage(prepare))
    const crashAt = quiet.host.points.indexOf('after step/hold[c]/apply')
    expect(crashAt).toBeGreaterThan(0)
    const stage = newStage(prepare)
    await play(runbook, stage, { crashAt })
    const before = [...stage.world.ledger]
    expect(before).toContain('ReserveName c')
    const { host } = await play(runbook, stage)
    expect(new Set(stage.world.ledger).size).toBe(10)
    expect(stage.world.ledger).toHaveLength(10)
    expect(host.events).toContainEqual(
      expect.objectContaining({
        type: 'step-succeeded',
        step: expect.objectContaining({ id: 'hold[c]' }),
        how: 'recovered',
      }),
    )
    expect(host.points.some((point) => point === 'before step/hold[c]/apply')).toBe(false)
  })

  it('knows items of nested lists by both keys, and lists nothing twice', async () => {
    const nested = `
  - id: outer
    forEach: { in: ["eu", "us/1"], as: region }
    steps:
      - id: inner
        forEach: { in: ["a", "b"], as: name, concurrency: 2 }
        steps: [${seat('s', cel('region + name'))}]
        finally: [${seat('t', cel('"end of " + region'))}]
`
    const { ledger, ending } = await everywhere(nested, '', { draws: 1 })
    expect(ledger).toEqual([
      'BookSeat eua',
      'BookSeat eub',
      'BookSeat end of eu',
      'BookSeat us/1a',
      'BookSeat us/1b',
      'BookSeat end of us/1',
    ])
    expect(ending.host.points).toContain('after record step/s[us%2F1][a]/succeeded')
  })

  it('refuses two items with one key, and a key that is none', async () => {
    for (const [names, why] of [
      [['a', 'a'], 'two items have the key `a`'],
      [['', 'a'], 'cannot be the key'],
      [['\ud800'], 'cannot be the key'],
    ] as const) {
      const stage = newStage((world) => void world.lists.set('l', names))
      const ending = await play(await loadToy(steps('')), stage)
      expect(ending).toMatchObject({
        how: 'stopped',
        error: { name: 'StepFailed', message: expect.stringContaining(why) },
      })
    }
  })

  it('reads an address in another list as unknown, also where it has the same name for its items', async () => {
    const text = `
  - { id: one, forEach: { in: ["a"] }, steps: [${seat('x', cel('item'), ', pointOfNoReturn: gone')}] }
  - { id: two, forEach: { in: ["b"] }, steps: [${seat('y', cel('"y" + item'))}] }
`
    const stage = newStage((world) => void world.seats.set('ya', 'somebody.x'))
    expect((await play(await loadToy(text), stage)).how).toBe('done')
  })
})
