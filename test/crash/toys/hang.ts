import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'
import type { World } from './world.ts'

/** A name that is reserved by a service which at times gives no answer. */
export const hang = defineStep({
  ...toy,
  name: 'toy.hang',
  summary: 'Reserves a name slowly',
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({ name: Type.String() }, strict),
  outputs: Type.Object({ name: Type.String() }, strict),
  async check({ name }, context) {
    const world = worldOf(context)
    await noAnswer(world, 'check', context.signal)
    const owner = world.names.get(name)
    return owner === undefined ? { state: 'absent' } : { state: 'satisfied', outputs: { name }, madeBy: owner }
  },
  async apply({ name }, context) {
    const world = worldOf(context)
    await noAnswer(world, 'apply', context.signal)
    if (!world.names.has(name)) {
      world.names.set(name, context.effectId)
      world.did(`ReserveName ${name}`)
    }
    await noAnswer(world, 'after apply', context.signal)
    return undefined
  },
})

async function noAnswer(world: World, operation: string, signal: AbortSignal): Promise<void> {
  if (!world.isHanging(operation)) return
  await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))) // a signal's reason
}
