import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'

/** A name with a tag that tells who reserved it; somebody else may be faster. */
export const reserveName = defineStep({
  ...toy,
  name: 'toy.reserve-name',
  summary: 'Reserves a name',
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({ name: Type.String() }, strict),
  outputs: Type.Object({ name: Type.String() }, strict),
  check({ name }, context) {
    const world = worldOf(context)
    const owner = world.request('FindName', () => world.names.get(name))
    return Promise.resolve(
      owner === undefined
        ? { state: 'absent' as const }
        : { state: 'satisfied' as const, outputs: { name }, madeBy: owner },
    )
  },
  apply({ name }, context) {
    const world = worldOf(context)
    world.request('ReserveName', () => {
      if (world.names.has(name)) return
      world.names.set(name, context.effectId)
      world.did(`ReserveName ${name}`)
    })
    return Promise.resolve(undefined)
  },
})
