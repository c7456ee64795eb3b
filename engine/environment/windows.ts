import type { DeclaredWindows } from '../document/declared-interval.ts'
import { calendarAt, merged, type Calendar, type Occurrence } from './calendar.ts'
import { named } from './named-interval.ts'
import { renderInstant } from './render-instant.ts'

/** Whether changes are allowed at a time. */
export type WindowStanding = OpenStanding | ClosedStanding

interface OpenStanding {
  readonly open: true
  /** The first instant, in ms since the epoch, at which changes are not allowed any more; `undefined`: not within 400 days. */
  readonly until: number | undefined
  /** What ends it: ``window `Change 4711` ends at 2026-11-29 04:00 Europe/Berlin (03:00 UTC)``. */
  readonly ends: string | undefined
  /** Of the window that is open; `undefined` when it has none, or no windows are declared. */
  readonly title: string | undefined
  /** In which to show `until`. */
  readonly zone: string
}

interface ClosedStanding {
  readonly open: false
  /** ``changes are frozen until 2027-01-04 00:00 UTC: `Year-end freeze` ``. */
  readonly why: string
  /** The first instant at which changes are allowed again; `undefined`: not within 400 days. */
  readonly opensAt: number | undefined
  /** Of the freeze, or of the window that opens next. */
  readonly title: string | undefined
  /** In which to show `opensAt`. */
  readonly zone: string
}

/** A freeze goes before a window; windows that overlap or follow each other are as one. */
export function windowStanding(declared: DeclaredWindows, nowMs: number): WindowStanding {
  return lastingStanding(declared, nowMs).standing
}

/** The same, with the time up to which the answer stays as it is. */
export function lastingStanding(
  declared: DeclaredWindows,
  nowMs: number,
): { readonly standing: WindowStanding; readonly lastsUntil: number } {
  for (const days of [near, far]) {
    const calendar = calendarAt(declared, nowMs, (days + 1) * dayMs)
    const standing = standingIn(calendar, nowMs)
    if (days === near && (standing.open ? standing.until : standing.opensAt) === undefined) continue
    return { standing, lastsUntil: Math.min(nextChange(calendar, nowMs), nowMs + dayMs) }
  }
  throw new Error('the far calendar always answers')
}

const dayMs = 86_400_000
/** Days: where a window of each week shows, a thirtieth of the work. */
const near = 8
const far = 400

function standingIn(calendar: Calendar, nowMs: number): WindowStanding {
  const { windows, freezes, open, horizon } = calendar
  const here = open.find(({ start, end }) => start <= nowMs && nowMs < end)
  if (here !== undefined) {
    const window = latest(at(windows ?? [], nowMs))
    if (here.end >= horizon)
      return { open: true, until: undefined, ends: undefined, title: window?.title, zone: zoneOf(window) }
    const freeze = latest(at(freezes, here.end))
    const last = freeze ?? windows?.find(({ end }) => end === here.end)
    const what = freeze === undefined ? `${named('window', last)} ends` : `${named('freeze', freeze)} begins`
    const zone = zoneOf(last)
    return {
      open: true,
      until: here.end,
      ends: `${what} at ${renderInstant(here.end, zone)}`,
      title: window?.title,
      zone,
    }
  }
  const next = open.find(({ start }) => start > nowMs && start < horizon)?.start
  const freeze = latest(at(freezes, nowMs))
  const opening = next === undefined ? undefined : latest(at(windows ?? [], next))
  if (freeze !== undefined) {
    const end = merged(freezes).find((times) => nowMs < times.end)?.end ?? freeze.end
    const title = freeze.title === undefined ? '' : `: \`${freeze.title}\``
    const why = `changes are frozen until ${renderInstant(end, freeze.zone)}${title}${end < horizon ? then(next, end, opening) : ''}`
    return { open: false, why, opensAt: next, title: freeze.title, zone: zoneOf(opening ?? freeze) }
  }
  const why = `no window is open${next === undefined ? noneComes(windows ?? [], nowMs) : `; ${opens(next, opening)}`}`
  return { open: false, why, opensAt: next, title: opening?.title, zone: zoneOf(opening) }
}

/** The next time at which the answer may be another one. */
function nextChange({ windows = [], freezes }: Calendar, nowMs: number): number {
  const changes = [...windows, ...freezes].flatMap(({ start, end }) => [start, end]).filter((ms) => ms > nowMs)
  return changes.reduce((first, ms) => Math.min(first, ms), Number.POSITIVE_INFINITY)
}

function at(occurrences: readonly Occurrence[], ms: number): readonly Occurrence[] {
  return occurrences.filter(({ start, end }) => start <= ms && ms < end)
}

/** The one that lasts longest. */
function latest(occurrences: readonly Occurrence[]): Occurrence | undefined {
  return occurrences.reduce<Occurrence | undefined>(
    (last, each) => (last === undefined || each.end > last.end ? each : last),
    undefined,
  )
}

function zoneOf(occurrence: Occurrence | undefined): string {
  return occurrence?.zone ?? 'UTC'
}

/** Said of a freeze, when changes are not allowed as soon as it ends. */
function then(next: number | undefined, end: number, opening: Occurrence | undefined): string {
  if (next === end) return ''
  return next === undefined ? '; no window opens after it' : `; then ${opens(next, opening)}`
}

function opens(next: number, opening: Occurrence | undefined): string {
  return `${named('window', opening)} opens at ${renderInstant(next, zoneOf(opening))}`
}

function noneComes(windows: readonly Occurrence[], nowMs: number): string {
  const last = latest(windows.filter(({ end }) => end <= nowMs))
  if (last === undefined) return `, and none opens within ${far} days`
  return `; the last, ${named('window', last)}, ended at ${renderInstant(last.end, last.zone)}`
}
