import type { Journal } from '../journal/journal.ts'
import type { Json } from '../step/json.ts'
import type { RunClock } from './clock.ts'
import type { RunEvent } from './events.ts'
import type { RunHost } from './host.ts'
import type { PersonRequest } from './person-request.ts'
import { Interrupted } from './run-stop.ts'
import type { Stop } from './stop.ts'

/** Answers what only people can answer. */
export interface People {
  /** @throws {NeedsPerson} when nobody can answer while this process runs */
  answer(request: PersonRequest, signal: AbortSignal): Promise<Json>
}

export interface LocalHostParts {
  readonly journal: Journal
  /** What the journal holds already, by key. */
  readonly recorded: ReadonlyMap<string, Json>
  readonly clock: RunClock
  readonly people: People
  readonly stop: Stop
  readonly emit: (event: RunEvent) => void
}

/** The host of a run on one machine: memory is a file journal. */
export class LocalHost implements RunHost {
  readonly #parts: LocalHostParts
  readonly #recorded: Map<string, Json>

  constructor(parts: LocalHostParts) {
    this.#parts = parts
    this.#recorded = new Map(parts.recorded)
  }

  recall(key: string): Json | undefined {
    return this.#recorded.get(key)
  }

  async record(key: string, value: Json): Promise<Json> {
    const earlier = this.#recorded.get(key)
    if (earlier !== undefined) return earlier
    await this.#parts.journal.append(key, value)
    this.#recorded.set(key, value)
    return value
  }

  async effect<T>(_key: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return run(this.#parts.stop.immediate)
  }

  async sleepUntil(at: number): Promise<void> {
    const { clock, stop } = this.#parts
    this.safePoint()
    try {
      await clock.sleepUntil(at, stop.requested)
    } catch (error) {
      if (stop.requested.aborted) throw new Interrupted()
      throw error
    }
  }

  async receive(request: PersonRequest): Promise<Json> {
    this.emit({ type: 'person-needed', request })
    try {
      return await this.#parts.people.answer(request, this.#parts.stop.requested)
    } catch (error) {
      if (this.#parts.stop.requested.aborted) throw new Interrupted()
      throw error
    }
  }

  safePoint(): void {
    if (this.#parts.stop.requested.aborted) throw new Interrupted()
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
    this.#parts.emit(event)
  }
}
