import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'

/** Something whose undo destroys it. */
export const makeVolume = defineStep({
  ...toy,
  name: 'toy.make-volume',
  summary: 'Makes a volume',
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  inputs: Type.Object({ volume: Type.String() }, strict),
  outputs: Type.Object({ volume: Type.String() }, strict),
  check({ volume }, context) {
    const world = worldOf(context)
    const madeBy = world.request('FindVolume', () => world.seats.get(`volume ${volume}`))
    return Promise.resolve(
      madeBy === undefined
        ? { state: 'absent' as const }
        : { state: 'satisfied' as const, outputs: { volume }, madeBy },
    )
  },
  apply({ volume }, context) {
    const world = worldOf(context)
    world.request('MakeVolume', () => {
      world.seats.set(`volume ${volume}`, context.effectId)
      world.did(`MakeVolume ${volume}`)
    })
    return Promise.resolve(undefined)
  },
  undo: {
    destructive: true,
    run({ volume }, _outputs, context) {
      const world = worldOf(context)
      world.request('DestroyVolume', () => {
        if (!world.seats.delete(`volume ${volume}`)) return
        world.did(`DestroyVolume ${volume}`)
      })
      return Promise.resolve()
    },
  },
})
