import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'

/** Reads a setting once it is at least what was asked for. */
export const waitUntil = defineStep({
  ...toy,
  name: 'toy.wait-until',
  summary: 'Waits for a time',
  effect: 'read',
  wait: { everyMs: 60_000, timeoutMs: 60 * 60_000 },
  inputs: Type.Object({ at: Type.Integer() }, strict),
  outputs: Type.Object({ at: Type.Integer() }, strict),
  check({ at }, context) {
    const world = worldOf(context)
    return Promise.resolve(
      world.request('GetTime', () =>
        world.now() < at
          ? { state: 'pending' as const, what: 'the time has not come' }
          : { state: 'satisfied' as const, outputs: { at } },
      ),
    )
  },
})
