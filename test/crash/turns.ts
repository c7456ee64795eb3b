/**
 * Lets branches take turns, one step at a time, in an order that is drawn: what a scheduler may do, and the same again for the same
 * draws. Time moves to the earliest wake-up when every branch sleeps.
 */
export class Turns {
  readonly #clock: { now: number }
  readonly #draw: () => number
  #live = 1
  readonly #ready: (() => void)[] = []
  readonly #asleep: { readonly at: number; readonly wake: () => void }[] = []

  constructor(clock: { now: number }, draw: () => number) {
    this.#clock = clock
    this.#draw = draw
  }

  /** Resolves when it is this branch's turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#ready.push(resolve)
      this.#go()
    })
  }

  sleepUntil(at: number): Promise<void> {
    return new Promise((resolve) => {
      this.#asleep.push({ at, wake: resolve })
      this.#go()
    })
  }

  /** Runs branches, whoever starts them waiting until all have ended. */
  async branches(runs: readonly (() => Promise<void>)[]): Promise<void> {
    if (runs.length === 0) return
    this.#live += runs.length - 1
    let left = runs.length
    await Promise.all(
      runs.map(async (run) => {
        await run()
        left -= 1
        if (left === 0) return // goes on as whoever started them
        this.#live -= 1
        this.#go()
      }),
    )
  }

  #go(): void {
    if (this.#ready.length + this.#asleep.length < this.#live) return // somebody is at work
    if (this.#ready.length === 0) {
      const earliest = Math.min(...this.#asleep.map(({ at }) => at))
      this.#clock.now = Math.max(this.#clock.now, earliest)
      for (const sleeper of this.#asleep.filter(({ at }) => at <= earliest)) {
        this.#asleep.splice(this.#asleep.indexOf(sleeper), 1)
        this.#ready.push(sleeper.wake)
      }
    }
    const [chosen] = this.#ready.splice(Math.floor(this.#draw() * this.#ready.length), 1)
    chosen?.()
  }
}
