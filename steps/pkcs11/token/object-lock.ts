type Turn = 'shared' | 'exclusive'

interface Waiting {
  readonly turn: Turn
  go(): void
}

/**
 * Lets looks at the objects of one token run together and changes run alone, in the order they came.
 *
 * SoftHSM 2.6.1 needs it: a search beside a key generation made the generation fail with CKR_GENERAL_ERROR. It also
 * lets the look after a cancelled change see how that change ended.
 */
export class ObjectLock {
  readonly #waiting: Waiting[] = []
  #shared = 0
  #exclusive = false

  async run<T>(turn: Turn, work: () => Promise<T>): Promise<T> {
    await this.#enter(turn)
    try {
      return await work()
    } finally {
      if (turn === 'shared') this.#shared--
      else this.#exclusive = false
      this.#admit()
    }
  }

  #enter(turn: Turn): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ turn, go })
      this.#admit()
    })
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || this.#exclusive) return
      if (next.turn === 'exclusive' && this.#shared > 0) return
      this.#waiting.shift()
      if (next.turn === 'shared') this.#shared++
      else this.#exclusive = true
      next.go()
    }
  }
}
