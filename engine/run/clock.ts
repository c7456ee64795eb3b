/** The time a run lives in. A sandbox moves it; elsewhere it is the machine's. */
export interface RunClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Whether its time passes by itself, or moves when somebody sleeps: a sandbox's. */
  readonly moves: 'by-itself' | 'on-request'
  /** Resolves when `now()` is at or past `at`; rejects with the signal's reason. */
  sleepUntil(at: number, signal: AbortSignal): Promise<void>
}

/** setTimeout takes no more than 2^31-1 milliseconds. */
const longestTimerMs = 2 ** 31 - 1

export const systemClock: RunClock = {
  moves: 'by-itself',
  now: () => Date.now(),
  async sleepUntil(at, signal) {
    const { setTimeout: sleep } = await import('node:timers/promises')
    for (let left = at - Date.now(); left > 0; left = at - Date.now())
      await sleep(Math.min(left, longestTimerMs), undefined, { signal })
  },
}
