import type { Family } from '../../engine/step/family.ts'
import { scriptStepType } from '../../engine/step/script-step-type.ts'
import { functionsOf } from './functions.ts'

/** Scripts of a runbook, which are step types of their own. */
export const script: Family = {
  name: 'script',
  summary: 'Scripts of a runbook: `script: ./rotate-badges.mjs` instead of `uses:`',
  stepTypes: [],
  bindingKinds: [],
  simulators: [],
  script: (declaration) => scriptStepType(declaration, functionsOf(declaration)),
}
