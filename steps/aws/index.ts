import type { Family } from '../../engine/step/family.ts'
import { awsBinding } from './binding.ts'
import { clock } from './clock.ts'

/** AWS accounts. Services are families of their own, and bring their simulators. */
export const aws: Family = {
  name: 'aws',
  summary: 'AWS accounts as bindings',
  stepTypes: [],
  bindingKinds: [awsBinding],
  preflight: [clock],
  simulators: [],
}
