import type { Family } from '../../engine/step/family.ts'
import { decide } from './decide.ts'

/** Decisions of people as steps. Who is asked and how often is the envelope's `approval`. */
export const approval: Family = {
  name: 'approval',
  summary: 'Decisions that people take in a run',
  stepTypes: [decide],
  bindingKinds: [],
  simulators: [],
}
