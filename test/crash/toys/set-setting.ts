import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'

/** A setting, changed from one number to another, and back. */
export const setSetting = defineStep({
  ...toy,
  name: 'toy.set-setting',
  summary: 'Sets a setting',
  effect: 'idempotent',
  existing: 'adopt',
  settleMs: 0,
  inputs: Type.Object({ name: Type.String(), value: Type.Integer() }, strict),
  outputs: Type.Object({ value: Type.Integer() }, strict),
  check({ name, value }, context) {
    const world = worldOf(context)
    const is = world.request('GetSetting', () => world.settings.get(name) ?? 0)
    return Promise.resolve(
      is === value
        ? { state: 'satisfied' as const, outputs: { value } }
        : { state: 'different' as const, before: is, after: value },
    )
  },
  apply({ name, value }, context) {
    const world = worldOf(context)
    world.request('PutSetting', () => world.settings.set(name, value))
    return Promise.resolve(undefined)
  },
  undo: {
    destructive: false,
    run({ name }, _outputs, context) {
      worldOf(context).settings.set(name, Number(context.before))
      return Promise.resolve()
    },
  },
})
