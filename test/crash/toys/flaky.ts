import { Type } from 'typebox'
import { leftAlone } from '../../../engine/run/left-alone.ts'
import type { Family } from '../../../engine/step/family.ts'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'
import { toyFamily } from './toy-family.ts'

/** Sends, then trips over the answer. */
const tripsOver = defineStep({
  ...toy,
  name: 'toy.trips-over',
  summary: 'Sends, and cannot read the answer',
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({ to: Type.String() }, strict),
  outputs: Type.Object({ receipt: Type.String() }, strict),
  check: () => Promise.resolve({ state: 'unknowable', why: 'it cannot be seen' }),
  apply({ to }, context) {
    worldOf(context).did(`Send ${to}`)
    return Promise.reject(new TypeError('cannot read properties of undefined'))
  },
})

/** Sends, and answers with what was to be sent. */
const echoes = defineStep({
  ...toy,
  name: 'toy.echoes',
  summary: 'Sends, and answers with the text itself',
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({ length: Type.Integer() }, strict),
  outputs: Type.Object({ text: Type.String() }, strict),
  check: (_inputs, { answer }) =>
    Promise.resolve(
      typeof answer === 'string'
        ? { state: 'satisfied', outputs: { text: answer } }
        : { state: 'unknowable', why: 'it cannot be seen' },
    ),
  apply({ length }, context) {
    worldOf(context).did('Send')
    return Promise.resolve('x'.repeat(length))
  },
})

/** A native call that nothing can interrupt: it is left alone, and comes to its end when somebody says so. */
const native = defineStep({
  ...toy,
  name: 'toy.native',
  summary: 'Reserves a name in a call that takes long',
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({ name: Type.String() }, strict),
  outputs: Type.Object({ name: Type.String() }, strict),
  check: ({ name }, context) =>
    Promise.resolve(worldOf(context).names.has(name) ? { state: 'satisfied', outputs: { name } } : { state: 'absent' }),
  apply({ name }, context) {
    worldOf(context).did(`Call ${name}`)
    return Promise.reject(leftAlone(1_000))
  },
})

/** Found by the number in its answer, or, where there is none, by the effect id on it. */
const takeTicket = defineStep({
  ...toy,
  name: 'toy.take-ticket',
  summary: 'Takes a ticket',
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({}, strict),
  outputs: Type.Object({ ticket: Type.String() }, strict),
  check(_inputs, context) {
    const { answer, effectId } = context
    const world = worldOf(context)
    const found = world.request('FindTicket', () =>
      [...world.names].find(([ticket, by]) => (typeof answer === 'string' ? ticket === answer : by === effectId)),
    )
    return Promise.resolve(
      found === undefined ? { state: 'absent' } : { state: 'satisfied', outputs: { ticket: found[0] } },
    )
  },
  apply(_inputs, context) {
    const world = worldOf(context)
    return Promise.resolve(
      world.request('TakeTicket', () => {
        world.did('TakeTicket')
        const ticket = `ticket-${world.ledger.length}`
        world.names.set(ticket, context.effectId)
        return ticket
      }),
    )
  },
})

/** The toys, and some that fail in ways that no step should. */
export const flakyFamily: Family = {
  ...toyFamily,
  stepTypes: [...toyFamily.stepTypes, tripsOver, echoes, native, takeTicket],
}
