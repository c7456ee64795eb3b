import { elapsed } from './elapsed.ts'

/** How far a place's clocks are ahead of UTC at a moment, in milliseconds. */
export type ClockOffset = (ms: number) => number

/** The clocks of this machine. */
export const localOffset: ClockOffset = (ms) => -new Date(ms).getTimezoneOffset() * 60_000

/** A moment as the operator's clock shows it: `14:05`, seconds within two minutes, the date where it is a day away. */
export function clockTime(ms: number, nowMs: number, offset: ClockOffset): string {
  const [day, time] = dayAndTime(ms, offset)
  const away = Math.abs(ms - nowMs)
  return `${away < dayMs ? '' : `${day} `}${away < 120_000 ? time : time.slice(0, 5)}`
}

const dayMs = 86_400_000

/** A span of time that goes on, without what would flicker: `7 s`, `3 min 20 s`. */
export function ticking(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000)
  return seconds < 10 ? `${seconds} s` : elapsed(seconds * 1000)
}

/** A span of time nobody knows exactly: `20 s`, `4 min`, `2 h`, `3 d`. */
export function roughly(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 90) return `${Math.max(5, Math.round(seconds / 5) * 5)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return seconds < 36 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** `2026-11-29` and `14:05:10`. */
function dayAndTime(ms: number, offset: ClockOffset): readonly [string, string] {
  const text = new Date(ms + offset(ms)).toISOString()
  return [text.slice(0, 10), text.slice(11, 19)]
}
