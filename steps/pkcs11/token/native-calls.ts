interface Calls {
  /** Calls of any kind that a worker has not answered yet. */
  running: number
  /** Calls on the thread pool. */
  pooled: number
  readonly waiting: (() => void)[]
}

const key = Symbol.for('runbook.pkcs11.calls')

/** Shared by all copies of this library, as the process and its thread pool are. */
function calls(): Calls {
  const holder = globalThis as { [key]?: Calls }
  return (holder[key] ??= { running: 0, pooled: 0, waiting: [] })
}

/**
 * Tells whether a PKCS#11 call is running in any worker. Then `process.exit` waits for its end, which can be minutes or
 * never; only SIGKILL of itself ends the process at once.
 */
export function anyCallRunning(): boolean {
  return calls().running > 0
}

/**
 * How many PKCS#11 calls of this process use the thread pool at once: one less than it has threads, so that a device
 * that never answers cannot stop the journal's writes. `UV_THREADPOOL_SIZE` (4 unless set) raises both.
 */
export function parallelCalls(): number {
  const size = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  return Math.max(1, (Number.isInteger(size) && size > 0 ? size : 4) - 1)
}

/** Counts a call for {@link anyCallRunning}. A call that uses the thread pool waits for its turn, in order. */
export async function runCall<T>(usesPool: boolean, call: () => Promise<T>): Promise<T> {
  const state = calls()
  state.running++
  try {
    if (!usesPool) return await call()
    if (state.pooled >= parallelCalls()) await new Promise<void>((go) => state.waiting.push(go))
    else state.pooled++
    try {
      return await call()
    } finally {
      const next = state.waiting.shift()
      if (next === undefined) state.pooled--
      else next() // hands its place on
    }
  } finally {
    state.running--
  }
}
