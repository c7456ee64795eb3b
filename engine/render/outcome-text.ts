import type { Outcome } from '../run/events.ts'
import type { StepName } from '../run/person-request.ts'
import { addressText } from './address-text.ts'

/** `3 signRoot`: the number is said aloud, the id survives an insertion. */
export function stepText({ number, id }: Pick<StepName, 'number' | 'id'>): string {
  return `${number} ${addressText(id)}`
}

/** How a step came to its end, in words. */
export function outcomeText(how: Outcome): string {
  switch (how) {
    case 'made':
      return 'made'
    case 'found':
      return 'found as wanted'
    case 'recovered':
      return 'recovered after a crash'
    case 'looked':
      return 'looked'
    case 'claimed':
      return 'settled by a person'
    case 'by-hand':
      return 'done by hand'
    case 'done':
      return 'done'
  }
}
