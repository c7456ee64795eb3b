import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'

/** An effect that nobody can look at: known only by the answer. */
export const sendLetter = defineStep({
  ...toy,
  name: 'toy.send-letter',
  summary: 'Sends a letter',
  effect: 'once',
  existing: 'adopt',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({ to: Type.String() }, strict),
  outputs: Type.Object({ receipt: Type.String() }, strict),
  check: (_inputs, { answer }) =>
    Promise.resolve(
      typeof answer === 'string'
        ? { state: 'satisfied' as const, outputs: { receipt: answer } }
        : { state: 'unknowable' as const, why: 'a letter cannot be seen' },
    ),
  apply({ to }, context) {
    const world = worldOf(context)
    return Promise.resolve(
      world.request('SendLetter', () => {
        world.letters.push(to)
        world.did(`SendLetter ${to}`)
        return `receipt of ${to}`
      }),
    )
  },
})
