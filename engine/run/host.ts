import type { Json } from '../step/json.ts'
import type { RunEvent } from './events.ts'
import type { PersonRequest } from './person-request.ts'

/**
 * Everything the kernel knows of the world: memory that survives, time, chance, people. The kernel reads no journal, no
 * clock and no file, and makes no concurrency of its own, so the same kernel runs over a file journal, over a test's virtual world
 * that loses power on demand, and over a durable-execution engine.
 *
 * Promises a host keeps: a value whose `record` resolved is given back by `recall` and `record` for ever; records keep their
 * order; nothing runs after `PowerLost`-like failures of `record`. Promises the kernel keeps: a key is used for one thing; what
 * decides its way is recorded before it acts on it.
 */
export interface RunHost {
  /** The value recorded under `key` by this or an earlier process; `undefined` when there is none. */
  recall(key: string): Json | undefined
  /** Records durably; resolves after that. Gives back the earlier value when the key was recorded before. */
  record(key: string, value: Json): Promise<Json>
  /**
   * Does something in the world, now. Not remembered: what must be remembered is recorded by the caller.
   *
   * @param key names the call in traces and is where tests lose power, just before and just after
   * @param deadline on the run's clock: `run`'s signal is aborted then, with a {@link StepError} `timeout` as its reason; when it does
   *   not end soon after that, it is no longer waited for
   */
  effect<T>(key: string, deadline: number, run: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Resolves when `now()` is at or past `at` (milliseconds since the epoch). Rejects {@link Interrupted}. */
  sleepUntil(at: number): Promise<void>
  /** Waits for an answer only a person can give. Rejects `NeedsPerson` when none can come while this process runs. */
  receive(request: PersonRequest): Promise<Json>
  /**
   * Runs branches, each with a host of its own over the same memory, up to `concurrency` at the same time. When one rejects with what
   * `halts` holds for, the others are stopped as by the operator's first request: {@link Interrupted} at their next safe point, or in place of
   * beginning.
   *
   * @returns how each ended, in the order given, once all have
   */
  all<T>(
    branches: readonly ((host: RunHost) => Promise<T>)[],
    options: { readonly concurrency: number; readonly halts: (error: unknown) => boolean },
  ): Promise<readonly PromiseSettledResult<T>[]>
  /**
   * A place where stopping loses nothing.
   *
   * @throws {Interrupted} when a stop was requested
   */
  safePoint(): void
  /** Milliseconds since the epoch on the run's clock. */
  now(): number
  /** From 0 inclusive to 1 exclusive, for jitter only. */
  random(): number
  /** Number of records and hash of the last, where there is a chain: what approvals anchor. */
  head(): { readonly records: number; readonly hash: string }
  emit(event: RunEvent): void
}
