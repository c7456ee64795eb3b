import type { Family } from '../../engine/step/family.ts'
import { hostBinding } from './binding.ts'
import { check } from './check.ts'
import { programs } from './programs.ts'
import { run } from './run.ts'

/** Programs that no step type knows. */
export const command: Family = {
  name: 'command',
  summary: 'Programs on a machine',
  stepTypes: [run, check],
  bindingKinds: [hostBinding],
  preflight: [programs],
  simulators: [async () => (await import('./simulator.ts')).hostSimulator],
}
