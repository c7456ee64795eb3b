import { setMaxListeners } from 'node:events'

/** How the operator stops a run: first at the next safe point, then at once. */
export class Stop {
  readonly #requested = new AbortController()
  readonly #immediate = new AbortController()

  constructor() {
    // many branches wait for it at the same time
    setMaxListeners(0, this.#requested.signal, this.#immediate.signal)
  }

  /** Aborted by the first request: sleeping ends, and the next safe point stops. */
  get requested(): AbortSignal {
    return this.#requested.signal
  }

  /** Aborted by the second: whatever waits for the world gives up. */
  get immediate(): AbortSignal {
    return this.#immediate.signal
  }

  /** @returns which request this was */
  request(): 'first' | 'second' {
    if (!this.#requested.signal.aborted) {
      this.#requested.abort()
      return 'first'
    }
    this.#immediate.abort()
    return 'second'
  }
}
