import type { Step } from '../document/runbook.ts'
import type { StepName } from './person-request.ts'

/** The name a step goes by in events, requests and messages. */
export function nameOf(step: Step): StepName {
  return { id: step.id, number: step.number, title: step.title }
}
