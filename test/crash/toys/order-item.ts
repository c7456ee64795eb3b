import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'
import { times } from './world.ts'

/** A service with idempotency tokens and no listing: seen only through the id that the answer held. */
export const orderItem = defineStep({
  ...toy,
  name: 'toy.order-item',
  summary: 'Orders an item',
  effect: 'once',
  existing: 'refuse',
  settleMs: 'never',
  replayWindowMs: times.orderTokenMs,
  undo: 'impossible',
  inputs: Type.Object({ item: Type.String() }, strict),
  outputs: Type.Object({ order: Type.String() }, strict),
  check(_inputs, context) {
    const { answer } = context
    if (typeof answer !== 'string') return Promise.resolve({ state: 'absent' as const })
    return Promise.resolve(
      worldOf(context).request('DescribeOrder', () => ({ state: 'satisfied' as const, outputs: { order: answer } })),
    )
  },
  apply({ item }, context) {
    const world = worldOf(context)
    const token = context.effectId
    return Promise.resolve(
      world.request('PlaceOrder', () => {
        const known = world.orders.get(token)
        if (known !== undefined && world.now() < known.at + times.orderTokenMs) return known.id
        const id = `order-of-${item}-${world.orders.size + 1}`
        world.orders.set(token, { id, at: world.now() })
        world.did(`PlaceOrder ${item}`)
        return id
      }),
    )
  },
})
