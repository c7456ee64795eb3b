import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'

/** A key pair whose halves appear one after the other; its id is the effect id. */
export const makeKeyPair = defineStep({
  ...toy,
  name: 'toy.make-key-pair',
  summary: 'Makes a key pair',
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  undo: 'impossible',
  inputs: Type.Object({ label: Type.String() }, strict),
  outputs: Type.Object({ keyId: Type.String() }, strict),
  check({ label }, context) {
    const world = worldOf(context)
    const found = world.request('FindObjects', () => world.keys.get(label))
    const id = found?.publicId ?? found?.privateId
    if (found === undefined || id === undefined) return Promise.resolve({ state: 'absent' as const })
    if (found.publicId === found.privateId)
      return Promise.resolve({ state: 'satisfied' as const, outputs: { keyId: id }, madeBy: id })
    return Promise.resolve(
      id === context.effectId
        ? { state: 'partial' as const, what: 'half a key pair' }
        : { state: 'conflict' as const, differs: `half a key pair of \`${id}\`` },
    )
  },
  apply({ label }, context) {
    const world = worldOf(context)
    const { effectId } = context
    return Promise.resolve(
      world.request('GenerateKeyPair', () => {
        world.keys.delete(label)
        world.halfway('between delete and generate')
        world.keys.set(label, { publicId: effectId })
        world.halfway('between public and private key')
        world.keys.set(label, { publicId: effectId, privateId: effectId })
        world.did(`GenerateKeyPair ${label}`)
        return { keyId: effectId }
      }),
    )
  },
})
