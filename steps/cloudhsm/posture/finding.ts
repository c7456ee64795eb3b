/** How good a thing is, held against what is wanted of it. */
export type Verdict = 'good' | 'warn' | 'bad'

/** One thing that was looked at. */
export interface Finding {
  /** What it is about: `spread`, `backups`, `certificates`. */
  readonly area: string
  readonly item: string
  readonly found: string
  readonly wanted: string
  readonly verdict: Verdict
}

/** Where a number begins to be worth a warning, and where it is bad. */
export interface Limits {
  readonly warn: number
  readonly bad: number
}

/** Of what must not grow: an age. */
export function atMost(found: number, { warn, bad }: Limits): Verdict {
  if (found > bad) return 'bad'
  return found > warn ? 'warn' : 'good'
}

/** Of what must not shrink: days that are left. */
export function atLeast(found: number, { warn, bad }: Limits): Verdict {
  if (found < bad) return 'bad'
  return found < warn ? 'warn' : 'good'
}

/** `1 HSM`, `2 HSMs`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
