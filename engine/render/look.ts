import type { ClockOffset } from './clock-time.ts'
import type { Marks } from './marks.ts'
import type { Paint } from './paint.ts'

/** When something is drawn. */
export interface Moment {
  /** On the clock of whoever shows it. */
  readonly now: number
  /** Milliseconds since the epoch. */
  readonly wall: number
  /** Counts up with each drawing. */
  readonly turn: number
}

/** How it looks on this terminal. */
export interface Look {
  readonly paint: Paint
  readonly marks: Marks
  readonly offset: ClockOffset
}
