import type { DeclaredInterval, DeclaredWindows } from '../document/declared-interval.ts'

/** How long one declared window is. */
export interface WindowLength {
  /** Its title, or when it is. */
  readonly window: string
  /** Of the shortest time ahead at which it opens, milliseconds; `null`: it is over. */
  readonly lengthMs: number | null
}

/** Shows a weekly one on every day that differs; one with a date is listed wherever it lies. */
const yearMs = 366 * 86_400_000

/** The declared windows, each by itself. In the nights in which clocks are changed a weekly one may be shorter. */
export async function windowLengths(
  { windows }: Pick<DeclaredWindows, 'windows'>,
  nowMs: number,
): Promise<readonly WindowLength[]> {
  if (windows.length === 0) return []
  const { calendarAt } = await import('./calendar.ts') // on use: it knows time zones
  return windows.map((each) => {
    const { windows: times = [] } = calendarAt({ windows: [each], freezes: [] }, nowMs, yearMs)
    const lengths = times.filter(({ end }) => end > nowMs).map(({ start, end }) => end - start)
    return { window: nameOf(each), lengthMs: lengths.length === 0 ? null : Math.min(...lengths) }
  })
}

function nameOf(interval: DeclaredInterval): string {
  const { title, from, to, zone } = interval
  if (title !== undefined) return title
  const days = interval.kind === 'weekly' ? `${interval.days.join(', ')} ` : ''
  return `${days}${from} to ${to} ${zone}`
}
