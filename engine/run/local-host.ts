import { setMaxListeners } from 'node:events'
import type { PlacedEntry } from '../journal/entry.ts'
import type { Journal } from '../journal/journal.ts'
import { redactor } from '../redaction/redactor.ts'
import { withoutSecrets } from './without-secrets.ts'
import type { Json } from '../step/json.ts'
import { boundedCall } from './bounded-call.ts'
import type { RunClock } from './clock.ts'
import type { RunEvent } from './events.ts'
import type { RunHost } from './host.ts'
import type { PersonRequest } from './person-request.ts'
import { Interrupted } from './run-stop.ts'
import { SleepTogether } from './sleep-together.ts'
import type { Stop } from './stop.ts'

/** How long a call may take in a sandbox, in real milliseconds, whatever its timeout is. */
const longestRehearsedMs = 60_000

/** Answers what only people can answer. */
export interface People {
  /** @throws {NeedsPerson} when nobody can answer while this process runs */
  answer(request: PersonRequest, signal: AbortSignal, runId: string): Promise<Json>
}

/** What a host remembers of its journal. */
export interface Memory {
  get(key: string): Json | undefined
  /** Called when the record is durable. */
  keep(entry: PlacedEntry): void
}

export interface LocalHostParts {
  readonly journal: Journal
  readonly runId: string
  /** What the journal holds already. */
  readonly memory: Memory
  readonly clock: RunClock
  readonly people: People
  readonly stop: Stop
  readonly emit: (event: RunEvent) => void
}

/** The host of a run on one machine: memory is a file journal. */
export class LocalHost implements RunHost {
  readonly #parts: LocalHostParts
  readonly #sleepers: SleepTogether
  /** The operator's request to stop, or that of a branch which failed. */
  readonly #requested: AbortSignal

  constructor(parts: LocalHostParts, sleepers = new SleepTogether(parts.clock), requested = parts.stop.requested) {
    this.#parts = parts
    this.#sleepers = sleepers
    this.#requested = requested
  }

  recall(key: string): Json | undefined {
    return this.#parts.memory.get(key)
  }

  async record(key: string, value: Json): Promise<Json> {
    const { memory, journal } = this.#parts
    const earlier = memory.get(key)
    if (earlier !== undefined) return earlier
    const kept = withoutSecrets(key, value)
    memory.keep(await journal.append(key, kept))
    return kept
  }

  effect<T>(_key: string, deadline: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, stop } = this.#parts
    const forMs = deadline - clock.now()
    // virtual time does not pass while a call is made, and nobody rehearses for hours
    return boundedCall(run, clock.moves === 'on-request' ? Math.min(forMs, longestRehearsedMs) : forMs, stop.immediate)
  }

  async sleepUntil(at: number): Promise<void> {
    this.safePoint()
    try {
      await this.#sleepers.sleepUntil(at, this.#requested)
    } catch (error) {
      this.safePoint()
      throw error
    }
  }

  async receive(request: PersonRequest): Promise<Json> {
    this.emit({ type: 'person-needed', request })
    try {
      return await this.#sleepers.whileAway(() =>
        this.#parts.people.answer(request, this.#requested, this.#parts.runId),
      )
    } catch (error) {
      this.safePoint()
      throw error
    }
  }

  async all<T>(
    branches: readonly ((host: RunHost) => Promise<T>)[],
    { concurrency, halts }: { readonly concurrency: number; readonly halts: (error: unknown) => boolean },
  ): Promise<readonly PromiseSettledResult<T>[]> {
    const halted = new AbortController()
    const requested = AbortSignal.any([this.#requested, halted.signal])
    setMaxListeners(0, requested)
    const host = new LocalHost(this.#parts, this.#sleepers, requested)
    const endings: PromiseSettledResult<T>[] = []
    let next = 0
    const work = async (): Promise<void> => {
      for (let at = next++; at < branches.length; at = next++) {
        const branch = branches[at]
        if (branch === undefined) return
        try {
          host.safePoint() // a branch that would only stop is not begun
          endings[at] = { status: 'fulfilled', value: await branch(host) }
        } catch (reason) {
          endings[at] = { status: 'rejected', reason }
          if (halts(reason)) halted.abort()
        }
      }
    }
    const workers = Math.min(concurrency, branches.length)
    await this.#sleepers.inBranches(Array.from({ length: workers }, () => work))
    return endings
  }

  safePoint(): void {
    if (this.#requested.aborted) throw new Interrupted()
  }

  now(): number {
    return this.#parts.clock.now()
  }

  random(): number {
    return Math.random()
  }

  head(): { readonly records: number; readonly hash: string } {
    return this.#parts.journal.head
  }

  emit(event: RunEvent): void {
    this.#parts.emit(redactor.json(event as unknown as Json) as unknown as RunEvent) // an event is JSON, and so is what it becomes
  }
}
