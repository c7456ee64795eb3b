import type { EntryBase } from '../document/runbook.ts'
import type { StepName } from './person-request.ts'

/** The name an entry goes by in events, requests and messages: its address, which is its id outside of a `forEach`. */
export function nameOf(entry: EntryBase): StepName {
  return { id: entry.address, number: entry.number, title: entry.title }
}
