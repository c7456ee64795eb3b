import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'

/** Reads a list as it is now. */
export const listNames = defineStep({
  ...toy,
  name: 'toy.list-names',
  summary: 'Lists names',
  effect: 'read',
  inputs: Type.Object({ list: Type.String() }, strict),
  outputs: Type.Object({ names: Type.Array(Type.String()) }, strict),
  check({ list }, context) {
    const world = worldOf(context)
    const names = world.request('ListNames', () => [...(world.lists.get(list) ?? [])])
    return Promise.resolve({ state: 'satisfied' as const, outputs: { names } })
  },
})
