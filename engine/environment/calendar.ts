import { weekdays, type DeclaredInterval, type DeclaredWindows } from '../document/declared-interval.ts'
import { timesBetween, type Times } from '../document/zone-times.ts'

/** One occurrence of a declared window or freeze. */
export interface Occurrence extends Times {
  readonly title: string | undefined
  readonly zone: string
}

/** Windows and freezes as instants, from some days before a time to a horizon after it. */
export interface Calendar {
  /** `undefined` when none is declared: always open. */
  readonly windows: readonly Occurrence[] | undefined
  readonly freezes: readonly Occurrence[]
  /** When changes are allowed, by time; they do not touch each other. */
  readonly open: readonly Times[]
  /** What lies behind is not known. */
  readonly horizon: number
}

const dayMs = 86_400_000

/** What is open and what is frozen around a time. */
export function calendarAt({ windows, freezes }: DeclaredWindows, nowMs: number, aheadMs: number): Calendar {
  const horizon = nowMs + aheadMs
  const opened =
    windows.length === 0 ? undefined : windows.flatMap((each) => occurrences(each, 'narrow', nowMs, horizon))
  const frozen = freezes.flatMap((each) => occurrences(each, 'wide', nowMs, horizon))
  const open = opened ?? [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }]
  return {
    windows: opened,
    freezes: frozen,
    open: without(merged(open), merged(frozen)),
    horizon,
  }
}

function occurrences(
  interval: DeclaredInterval,
  care: 'narrow' | 'wide',
  nowMs: number,
  horizon: number,
): readonly Occurrence[] {
  const { from, to, zone, title } = interval
  const made = (first: string, last: string): readonly Occurrence[] => {
    const times = timesBetween({ from: first, to: last, zone }, care)
    return times === undefined ? [] : [{ ...times, zone, title }]
  }
  if (interval.kind === 'once') return made(from, to)
  return daysAround(nowMs, horizon)
    .filter(({ weekday }) => interval.days.some((day) => day === weekdays[weekday]))
    .flatMap(({ date, next }) => made(`${date}T${from}`, `${to > from ? date : next}T${to}`))
}

/** Each date that some zone has on one of the days, and those on which what still lasts may have begun. */
function daysAround(nowMs: number, horizon: number) {
  const dateAt = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const first = Math.floor(nowMs / dayMs) * dayMs - 3 * dayMs
  const count = Math.ceil((horizon - first) / dayMs) + 2
  return Array.from({ length: count }, (_, index) => first + index * dayMs).map((ms) => ({
    date: dateAt(ms),
    next: dateAt(ms + dayMs),
    weekday: new Date(ms).getUTCDay(),
  }))
}

/** By time; what overlaps or touches becomes one. */
export function merged(times: readonly Times[]): readonly Times[] {
  const all: Times[] = []
  for (const { start, end } of [...times].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1)
    if (last === undefined || start > last.end) all.push({ start, end })
    else all[all.length - 1] = { start: last.start, end: Math.max(last.end, end) }
  }
  return all
}

/** What is left of merged times when other merged times are taken away; linear in both. */
function without(times: readonly Times[], taken: readonly Times[]): readonly Times[] {
  const left: Times[] = []
  let next = 0
  for (const { start, end } of times) {
    let from = start
    while ((taken[next]?.end ?? Number.POSITIVE_INFINITY) <= from) next++
    for (let index = next; (taken[index]?.start ?? Number.POSITIVE_INFINITY) < end; index++) {
      const { start: takenFrom, end: takenTo } = taken[index] ?? { start: end, end }
      if (takenFrom > from) left.push({ start: from, end: takenFrom })
      from = takenTo
      if (from >= end) break
    }
    if (from < end) left.push({ start: from, end })
  }
  return left
}
