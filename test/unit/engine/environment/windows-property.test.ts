import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weekdays, type DeclaredInterval, type DeclaredWindows } from '../../../../engine/document/declared-interval.ts'
import { openWindows } from '../../../../engine/environment/open-windows.ts'
import { windowStanding } from '../../../../engine/environment/windows.ts'
import { naiveZone } from './naive-zone.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

/** Nights on which clocks are changed, and one on which they are not. */
const nights: readonly (readonly [zone: string, when: string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'], // half an hour
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z'], // 5:30 became 5:45
  ['Asia/Kathmandu', '2026-11-28T18:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'], // 30 December did not come
  ['Europe/Dublin', '2026-10-25T01:00Z'],
  ['UTC', '2026-11-28T00:00Z'],
]

describe.each(nights)('%s, %s', (zone, when) => {
  const base = Date.parse(when)

  it('is open in each minute in which a judge who counts minutes says so', () => {
    fc.assert(
      fc.property(declaredAround(zone, base), minuteAround(base), (declared, now) => {
        const isOpen = judge(declared, base)
        expect(windowStanding(declared, now).open).toBe(isOpen(now))
      }),
      { numRuns: 60 },
    )
  })

  it('says when that ends', () => {
    fc.assert(
      fc.property(declaredAround(zone, base), minuteAround(base), (declared, now) => {
        const isOpen = judge(declared, base)
        const standing = windowStanding(declared, now)
        const says = standing.open ? standing.until : standing.opensAt
        const end = now + 1.5 * dayMs
        let changes: number | undefined
        for (let ms = now; ms < end && changes === undefined; ms += minuteMs)
          if (isOpen(ms) !== isOpen(now)) changes = ms
        if (changes === undefined) expect(says === undefined || says >= end).toBe(true)
        else expect(says).toBe(changes)
      }),
      { numRuns: 25 },
    )
  })

  it('says the same when it is asked again and again, with a clock that may be set back', async () => {
    const asked = fc.array(minuteAround(base), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(declaredAround(zone, base), asked, async (declared, times) => {
        const ask = await openWindows(declared)
        for (const now of times) expect(ask(now)).toEqual(windowStanding(declared, now))
      }),
      { numRuns: 10 },
    )
  })
})

function judge({ windows, freezes }: DeclaredWindows, base: number): (ms: number) => boolean {
  const opened = windows.flatMap((each) => occurrences(each, base, 'window'))
  const frozen = freezes.flatMap((each) => occurrences(each, base, 'freeze'))
  const within = (all: readonly (readonly [number, number])[], ms: number) =>
    all.some(([start, end]) => start <= ms && ms < end)
  return (ms) => (windows.length === 0 || within(opened, ms)) && !within(frozen, ms)
}

function occurrences(interval: DeclaredInterval, base: number, kind: 'window' | 'freeze'): [number, number][] {
  const { meanings } = naiveZone(interval.zone, base)
  const times = (from: string, to: string): [number, number] =>
    kind === 'window'
      ? [Math.max(...meanings(from)), Math.min(...meanings(to))]
      : [Math.min(...meanings(from)), Math.max(...meanings(to))]
  if (interval.kind === 'once') return [times(interval.from, interval.to)]
  return [-3, -2, -1, 0, 1, 2, 3, 4]
    .map((days) => base + days * dayMs)
    .filter((ms) => interval.days.some((day) => day === weekdays[new Date(ms).getUTCDay()]))
    .map((ms) => {
      const next = interval.to > interval.from ? 0 : dayMs
      return times(`${dateOf(ms)}T${interval.from}`, `${dateOf(ms + next)}T${interval.to}`)
    })
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** Half of all times lie in the hours in which clocks are changed. */
const time = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 23 })),
    fc.constantFrom(0, 15, 29, 30, 31, 45, 59),
  )
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)

function declaredAround(zone: string, base: number): fc.Arbitrary<DeclaredWindows> {
  const zones = fc.constantFrom(zone, zone, zone, 'UTC')
  const local = fc
    .tuple(fc.integer({ min: -1, max: 2 }), time)
    .map(([days, at]) => `${dateOf(base + days * dayMs)}T${at}`)
  const common = { zone: zones, title: fc.constant(undefined), span: fc.constant({ start: 0, end: 0 }) }
  const once = fc
    .record({ kind: fc.constant('once' as const), from: local, to: local, ...common })
    .filter(({ from, to }) => from < to)
  const days = fc.subarray([...weekdays], { minLength: 1 })
  const weekly = fc.record({ kind: fc.constant('weekly' as const), days, from: time, to: time, ...common })
  const interval: fc.Arbitrary<DeclaredInterval> = fc.oneof(once, weekly)
  return fc.record({ windows: fc.array(interval, { maxLength: 3 }), freezes: fc.array(interval, { maxLength: 2 }) })
}

function minuteAround(base: number): fc.Arbitrary<number> {
  return fc.integer({ min: -24 * 60, max: 24 * 60 }).map((minutes) => base + minutes * minuteMs)
}
