import type { DeclaredInterval, DeclaredWindows } from '../document/declared-interval.ts'
import { timesBetween } from '../document/zone-times.ts'
import { named } from './named-interval.ts'
import { renderInstant } from './render-instant.ts'

export interface EndedInterval {
  readonly interval: DeclaredInterval
  /** ``window `Change 4711` is over: it ended at 2026-11-29 04:00 Europe/Berlin (03:00 UTC)``. */
  readonly message: string
}

/** Windows and freezes that will never come again: nothing is wrong with them, but somebody may have forgotten them. */
export function endedIntervals({ windows, freezes }: DeclaredWindows, nowMs: number): readonly EndedInterval[] {
  const ended = (kind: 'window' | 'freeze') => (interval: DeclaredInterval) => {
    if (interval.kind === 'weekly') return []
    const end = timesBetween(interval, kind === 'window' ? 'narrow' : 'wide')?.end
    if (end === undefined || end > nowMs) return []
    return [{ interval, message: `${named(kind, interval)} is over: it ended at ${renderInstant(end, interval.zone)}` }]
  }
  return [...windows.flatMap(ended('window')), ...freezes.flatMap(ended('freeze'))]
}
