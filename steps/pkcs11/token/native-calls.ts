interface Calls {
  running: number
}

const key = Symbol.for('runbook.pkcs11.calls')

/** Shared by all copies of this library, as the process is. */
function calls(): Calls {
  const holder = globalThis as { [key]?: Calls }
  return (holder[key] ??= { running: 0 })
}

/**
 * Tells whether a PKCS#11 call is running in any worker. Then `process.exit` waits for its end on Node, which can be
 * minutes or never; only SIGKILL of itself ends the process at once.
 */
export function anyCallRunning(): boolean {
  return calls().running > 0
}

/** Counts a call for {@link anyCallRunning} from when it is sent until its answer. */
export async function countCall<T>(call: () => Promise<T>): Promise<T> {
  const state = calls()
  state.running++
  try {
    return await call()
  } finally {
    state.running--
  }
}

/**
 * How many calls of a module run at once on the process's thread pool: one less than it has threads, so that a device
 * that never answers cannot stop the journal's writes. `UV_THREADPOOL_SIZE` (4 unless set) raises both.
 */
export function parallelCalls(): number {
  const size = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  return Math.max(1, (Number.isInteger(size) && size > 0 ? size : 4) - 1)
}

/** Sessions of a token: more than run at once, so that the next call waits in the thread and not on its way there. */
export function sessionsPerToken(): number {
  return 2 * parallelCalls() + 2
}
