import { Temporal } from 'temporal-polyfill'

/** Milliseconds since the epoch; `end` does not belong to it. */
export interface Times {
  readonly start: number
  readonly end: number
}

/**
 * The instants from one local time to another.
 *
 * Where clocks go back, a local time comes twice; where they go forward, it does not come, and is read once with the offset
 * before and once with the one after. Of the two instants the careful one counts: `narrow` (windows) begins at the later
 * and ends at the earlier, `wide` (freezes) the other way round.
 *
 * @param from local date and time: `2026-11-28T22:00`
 * @param zone a name for which `zoneMistake` has nothing to say
 * @returns `undefined` when nothing is left of it
 */
export function timesBetween(
  { from, to, zone }: { readonly from: string; readonly to: string; readonly zone: string },
  care: 'narrow' | 'wide',
): Times | undefined {
  const [first, last] = care === 'narrow' ? (['later', 'earlier'] as const) : (['earlier', 'later'] as const)
  const start = instantOf(from, zone, first)
  const end = instantOf(to, zone, last)
  return start < end ? { start, end } : undefined
}

function instantOf(local: string, zone: string, disambiguation: 'earlier' | 'later'): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation }).epochMilliseconds
}
