import type { RunClock } from './clock.ts'

/**
 * Lets branches of one run sleep on one clock. A clock that runs by itself wakes each at its time. One that has to be asked to move
 * (a sandbox's) is moved to the earliest wake-up, and only once every branch sleeps or waits for a person: time must not jump ahead
 * of a branch that is at work.
 */
export class SleepTogether {
  readonly #clock: RunClock
  /** Branches at work: the run itself, or the workers inside a block. */
  #awake = 1
  readonly #sleepers = new Set<Sleeper>()
  #moving = false
  /** Why the clock could not be moved. */
  #failure = new Error('the clock cannot be moved')

  constructor(clock: RunClock) {
    this.#clock = clock
  }

  /** @throws the signal's reason */
  async sleepUntil(at: number, signal: AbortSignal): Promise<void> {
    if (this.#clock.moves === 'by-itself') return this.#clock.sleepUntil(at, signal)
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const leave = (then: () => void): void => {
        if (!this.#sleepers.delete(sleeper)) return
        signal.removeEventListener('abort', aborted)
        this.#awake += 1
        then()
      }
      const aborted = () => leave(() => reject(signal.reason as Error)) // what an abort signal throws
      const sleeper = { at, wake: () => leave(resolve), fail: () => leave(() => reject(this.#failure)) }
      signal.addEventListener('abort', aborted)
      this.#sleepers.add(sleeper)
      this.#fallAsleep()
    })
  }

  /** Waits for somebody, whose time does not hold up the others. */
  async whileAway<T>(wait: () => Promise<T>): Promise<T> {
    this.#fallAsleep()
    try {
      return await wait()
    } finally {
      this.#awake += 1
    }
  }

  /** Runs branches at the same time; whoever started them sleeps until all have ended. */
  async inBranches(branches: readonly (() => Promise<void>)[]): Promise<void> {
    if (branches.length === 0) return
    this.#awake += branches.length - 1
    let working = branches.length
    await Promise.all(
      branches.map(async (run) => {
        try {
          await run()
        } finally {
          working -= 1
          if (working > 0) this.#fallAsleep() // the last one is awake as whoever started them
        }
      }),
    )
  }

  #fallAsleep(): void {
    this.#awake -= 1
    // a clock that cannot be moved wakes nobody, ever
    void this.#moveOn().catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error))
      for (const sleeper of this.#sleepers) sleeper.fail()
    })
  }

  async #moveOn(): Promise<void> {
    while (this.#awake === 0 && this.#sleepers.size > 0 && !this.#moving) {
      const earliest = Math.min(...[...this.#sleepers].map(({ at }) => at))
      this.#moving = true
      try {
        await this.#clock.sleepUntil(earliest, never)
      } finally {
        this.#moving = false
      }
      const now = this.#clock.now()
      for (const sleeper of this.#sleepers) if (sleeper.at <= now) sleeper.wake()
    }
  }
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
  readonly fail: () => void
}

const never = new AbortController().signal
