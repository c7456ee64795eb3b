import type { RunEvent } from '../run/events.ts'

/** Shows a run to somebody. */
export interface Display {
  show(event: RunEvent): void
  /** Leaves the terminal as it found it; what was shown stays. Nothing is shown after it. */
  close(): void
}
