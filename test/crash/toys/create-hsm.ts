import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'
import { times } from './world.ts'

/** CreateHsm without token and tags: recognized by its address, listed late. */
export const createHsm = defineStep({
  ...toy,
  name: 'toy.create-hsm',
  summary: 'Creates an HSM at an address',
  effect: 'once',
  existing: 'refuse',
  settleMs: times.hsmListedMs + 5_000,
  wait: { everyMs: 20_000, timeoutMs: 60 * 60_000 },
  undo: 'impossible',
  inputs: Type.Object({ address: Type.String() }, strict),
  outputs: Type.Object({ hsmId: Type.String(), address: Type.String() }, strict),
  check({ address }, context) {
    const world = worldOf(context)
    return Promise.resolve(
      world.request('ListHsms', () => {
        const now = world.now()
        const found = world.hsms.find((hsm) => hsm.address === address && now >= hsm.at + times.hsmListedMs)
        if (found === undefined) return { state: 'absent' as const }
        if (now < found.at + times.hsmReadyMs) return { state: 'pending' as const, what: `${found.id} is CREATING` }
        return { state: 'satisfied' as const, outputs: { hsmId: found.id, address } }
      }),
    )
  },
  apply({ address }, context) {
    const world = worldOf(context)
    world.request('CreateHsm', () => {
      world.hsms.push({ id: `hsm-${world.hsms.length + 1}`, address, at: world.now() })
      world.did(`CreateHsm ${address}`)
    })
    return Promise.resolve(undefined)
  },
})
