import { Type } from 'typebox'
import { defineStep } from '../../../engine/step/step-type.ts'
import { strict } from './define.ts'

/** Computes and looks at nothing. */
export const compute = defineStep({
  name: 'toy.compute',
  summary: 'Writes a text',
  version: 1,
  permissions: [],
  examples: [],
  target: undefined,
  effect: 'read',
  inputs: Type.Object({ text: Type.String({ maxLength: 40 }) }, strict),
  outputs: Type.Object({ text: Type.String() }, strict),
  check: ({ text }) => Promise.resolve({ state: 'satisfied' as const, outputs: { text: `<${text}>` } }),
})
