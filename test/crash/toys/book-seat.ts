import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { wholeOutputs } from '../../../engine/step/whole-outputs.ts'
import { strict, toy, worldOf } from './define.ts'

/** A seat, booked once with the effect id in it; the booking can be cancelled, which the ledger counts as well. */
export const bookSeat = defineStep({
  ...toy,
  name: 'toy.book-seat',
  summary: 'Books a seat',
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  inputs: Type.Object({ seat: Type.String() }, strict),
  outputs: Type.Object({ seat: Type.String(), booking: Type.String() }, strict),
  check({ seat }, context) {
    const world = worldOf(context)
    const booking = world.request('FindSeat', () => world.seats.get(seat))
    return Promise.resolve(
      booking === undefined
        ? { state: 'absent' as const }
        : { state: 'satisfied' as const, outputs: { seat, booking }, madeBy: booking },
    )
  },
  apply({ seat }, context) {
    const world = worldOf(context)
    world.request('BookSeat', () => {
      world.seats.set(seat, context.effectId)
      world.did(`BookSeat ${seat}`)
    })
    return Promise.resolve(undefined)
  },
  undo: {
    destructive: false,
    run({ seat }, outputs, context) {
      const { booking } = wholeOutputs(outputs)
      const world = worldOf(context)
      world.request('CancelSeat', () => {
        if (world.seats.get(seat) !== booking) return
        world.seats.delete(seat)
        world.did(`CancelSeat ${seat}`)
        world.halfway('between cancelling and its answer')
      })
      return Promise.resolve()
    },
  },
})
