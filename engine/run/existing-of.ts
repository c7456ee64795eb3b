import type { Step } from '../document/runbook.ts'

/** What a step does with what is there already: as the runbook says, or else its type; a reading step takes nothing. */
export function existingOf({ existing, type }: Step): 'refuse' | 'adopt' {
  if (existing !== undefined) return existing
  return type.effect === 'read' ? 'refuse' : type.existing
}
