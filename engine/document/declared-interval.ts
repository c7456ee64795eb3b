import type { Span } from '../diagnostics/diagnostic.ts'

/** When changes are allowed (a window) or forbidden (a freeze), in the local time of a zone, as it is declared. */
export type DeclaredInterval = OnceInterval | WeeklyInterval

export interface OnceInterval extends Declared {
  readonly kind: 'once'
  /** Local date and time: `2026-11-28T22:00`. */
  readonly from: string
  /** Later than `from`; does not belong to the interval. */
  readonly to: string
}

interface WeeklyInterval extends Declared {
  readonly kind: 'weekly'
  /** The days on which it begins. */
  readonly days: readonly Weekday[]
  /** Local time: `22:00`. */
  readonly from: string
  /** Not later than `from`: on the next day. Does not belong to the interval. */
  readonly to: string
}

interface Declared {
  /** A place's name in the IANA time zone database, or `UTC`. */
  readonly zone: string
  readonly title: string | undefined
  /** The whole entry. */
  readonly span: Span
}

/** What an environment declares of both. No windows: always open, but for freezes. */
export interface DeclaredWindows {
  readonly windows: readonly DeclaredInterval[]
  readonly freezes: readonly DeclaredInterval[]
}

/** In the order of `Date.getUTCDay()`. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

type Weekday = (typeof weekdays)[number]
