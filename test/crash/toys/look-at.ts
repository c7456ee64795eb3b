import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict, toy, worldOf } from './define.ts'

/** Reads a setting as it is now. */
export const lookAt = defineStep({
  ...toy,
  name: 'toy.look-at',
  summary: 'Reads a setting',
  effect: 'read',
  inputs: Type.Object({ name: Type.String() }, strict),
  outputs: Type.Object({ value: Type.Integer(), echo: Type.String() }, strict),
  check({ name }, context) {
    const value = worldOf(context).request('GetSetting', () => worldOf(context).settings.get(name) ?? 0)
    return Promise.resolve({ state: 'satisfied' as const, outputs: { value, echo: name } })
  },
})
