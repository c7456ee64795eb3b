import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { defineStep } from '../../../../engine/step/step-type.ts'
import { newStage, play } from '../../../crash/play.ts'
import { strict, toy, worldOf } from '../../../crash/toys/define.ts'
import { loadToy } from '../../../crash/toys/load-toy.ts'
import { toyFamily } from '../../../crash/toys/toy-family.ts'

/** A ladder of three rungs, one request each; the world says how far it is. */
const climb = defineStep({
  ...toy,
  name: 'toy.climb',
  summary: 'Climbs a ladder',
  effect: 'once',
  existing: 'refuse',
  settleMs: 30_000,
  inputs: Type.Object({}, strict),
  outputs: Type.Object({ rungs: Type.Integer() }, strict),
  check(_inputs, context) {
    const { length: rungs } = worldOf(context).ledger
    if (rungs === 0) return Promise.resolve({ state: 'absent' as const })
    if (rungs >= 3) return Promise.resolve({ state: 'satisfied' as const, outputs: { rungs } })
    return Promise.resolve({ state: 'partial' as const, what: 'on the way', next: `rung ${rungs + 1}` })
  },
  apply(_inputs, context) {
    const world = worldOf(context)
    world.request('Climb', () => world.did('rung'))
    return Promise.resolve(undefined)
  },
  undo: 'nothing',
})

const families = [{ ...toyFamily, stepTypes: [...toyFamily.stepTypes, climb] }]
const load = () => loadToy('  - { id: up, uses: toy.climb, target: world, with: {} }', { families })

describe('an effect of several requests', () => {
  it('goes on as long as each is for something else', async () => {
    const stage = newStage()
    expect(await play(await load(), stage)).toMatchObject({ how: 'done' })
    expect(stage.world.ledger).toEqual(['rung', 'rung', 'rung'])
  })

  it('tries one again that was refused for now', async () => {
    const stage = newStage((world) => {
      let sent = 0
      world.onRequest = () => {
        sent += 1
        if (sent === 2) world.plan('Climb', { code: 'throttled', committed: false, outcomeUnknown: false })
      }
    })
    expect(await play(await load(), stage)).toMatchObject({ how: 'done' })
    expect(stage.world.ledger).toHaveLength(3)
  })

  it('sends one again whose answer was lost only when it stayed out of sight', async () => {
    const stage = newStage()
    const { world, machine } = stage
    const at: number[] = []
    world.onRequest = () => {
      at.push(machine.now)
      if (at.length === 2) world.plan('Climb', { code: 'transient', committed: false, outcomeUnknown: true })
    }
    expect(await play(await load(), stage)).toMatchObject({ how: 'done' })
    expect(Number(at[2]) - Number(at[1])).toBeGreaterThanOrEqual(30_000)
  })

  it('is a person’s when an acknowledged one changed nothing', async () => {
    const stage = newStage((world) => {
      world.onRequest = () => void (world.ledger.length === 1 && world.ledger.pop())
    })
    expect(await play(await load(), stage)).toMatchObject({ how: 'stopped', error: { reason: 'conflict' } })
  })
})
