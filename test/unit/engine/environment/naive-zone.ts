const minuteMs = 60_000

/** What a zone's clock shows at each minute of some days: only `Intl` and counting, to judge what is computed otherwise. */
export interface NaiveZone {
  /** `2026-03-29T02:30` → the instants at which the clock shows it, or that it may mean where the clock never does. */
  meanings(local: string): readonly number[]
}

/** From 5 days before to 8 days after `baseMs`, a whole minute. */
export function naiveZone(zone: string, baseMs: number): NaiveZone {
  const key = `${zone} ${baseMs}`
  const made = zones.get(key) ?? lookedAt(zone, baseMs)
  zones.set(key, made)
  return made
}

const zones = new Map<string, NaiveZone>()

function lookedAt(zone: string, baseMs: number): NaiveZone {
  const two = '2-digit' as const
  const form = {
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    hourCycle: 'h23',
    timeZone: zone,
  } as const
  const format = new Intl.DateTimeFormat('sv-SE', form) // writes `2026-03-29 02:30`
  const minutes = Array.from({ length: 13 * 24 * 60 }, (_, index) => baseMs - 5 * 24 * 60 * minuteMs + index * minuteMs)
  const clock = minutes.map((ms) => format.format(ms).replace(' ', 'T'))
  const shown = new Map<string, number[]>()
  clock.forEach((local, index) => shown.set(local, [...(shown.get(local) ?? []), minutes[index] ?? 0]))
  return {
    meanings(local) {
      const instants = shown.get(local)
      if (instants !== undefined) return instants
      const after = clock.findIndex((shows, index) => shows > local && (clock[index - 1] ?? local) < local)
      if (after < 1) throw new Error(`${local} is not within the days looked at`)
      return [after - 1, after].map((index) => asUtc(local) - (asUtc(clock[index] ?? '') - (minutes[index] ?? 0)))
    },
  }
}

function asUtc(local: string): number {
  return Date.parse(`${local}Z`)
}
