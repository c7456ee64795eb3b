import { createHash } from 'node:crypto'
import type { RunEvent } from '../../engine/run/events.ts'
import type { RunHost } from '../../engine/run/host.ts'
import type { PersonRequest } from '../../engine/run/person-request.ts'
import { Interrupted } from '../../engine/run/run-stop.ts'
import type { Json } from '../../engine/step/json.ts'

export class PowerLost extends Error {
  constructor() {
    super('power lost')
    this.name = 'PowerLost'
  }
}

/** What survives a process: durable records, and time. */
export class Machine {
  readonly records = new Map<string, string>()
  /** Milliseconds since the epoch. */
  now: number

  constructor(now = Date.UTC(2026, 10, 22, 13)) {
    this.now = now
  }

  value(key: string): Json | undefined {
    const text = this.records.get(key)
    return text === undefined ? undefined : (JSON.parse(text) as Json) // written by a host alone
  }
}

export interface Accidents {
  /** Power is lost at this point of {@link VirtualHost.points}; absent: never. */
  readonly crashAt?: number | undefined
  /** The operator asks to stop at this point. */
  readonly stopAt?: number | undefined
  readonly answer?: (request: PersonRequest) => Json
}

/**
 * A host in memory with virtual time: each record and each effect has a point before it and one behind it, at which power can be
 * lost. After that nothing works any more.
 */
export class VirtualHost implements RunHost {
  /** Every point that was passed or reached, in order. */
  readonly points: string[] = []
  readonly events: RunEvent[] = []
  readonly asked: PersonRequest[] = []
  readonly #machine: Machine
  readonly #accidents: Accidents
  #off = false

  constructor(machine: Machine, accidents: Accidents = {}) {
    this.#machine = machine
    this.#accidents = accidents
  }

  get off(): boolean {
    return this.#off
  }

  /** A place at which power may be lost. */
  point(name: string): void {
    if (this.#off) throw new PowerLost()
    this.points.push(name)
    if (this.points.length - 1 !== this.#accidents.crashAt) return
    this.#off = true
    throw new PowerLost()
  }

  recall(key: string): Json | undefined {
    return this.#machine.value(key)
  }

  async record(key: string, value: Json): Promise<Json> {
    await Promise.resolve()
    const earlier = this.#machine.value(key)
    if (earlier !== undefined) return earlier
    this.point(`before record ${key}`)
    this.#machine.records.set(key, JSON.stringify(value))
    this.point(`after record ${key}`)
    return value
  }

  async effect<T>(key: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.point(`before ${key}`)
    const result = await run(new AbortController().signal)
    this.point(`after ${key}`)
    return result
  }

  async sleepUntil(at: number): Promise<void> {
    await Promise.resolve()
    this.safePoint()
    this.point('asleep')
    this.#machine.now = Math.max(this.#machine.now, at)
    this.safePoint()
  }

  async receive(request: PersonRequest): Promise<Json> {
    await Promise.resolve()
    this.safePoint()
    this.asked.push(request)
    this.point(`before ${request.kind}`)
    const answer = this.#accidents.answer?.(request) ?? agree(request)
    this.point(`after ${request.kind}`)
    return answer
  }

  safePoint(): void {
    const { stopAt } = this.#accidents
    if (stopAt !== undefined && this.points.length > stopAt) throw new Interrupted()
  }

  now(): number {
    return this.#machine.now
  }

  random(): number {
    return 0.5
  }

  head(): { readonly records: number; readonly hash: string } {
    const { records } = this.#machine
    return {
      records: records.size,
      hash: createHash('sha256')
        .update(JSON.stringify([...records]))
        .digest('hex'),
    }
  }

  emit(event: RunEvent): void {
    this.events.push(event)
  }
}

function agree(request: PersonRequest): Json {
  if (request.kind === 'confirmation') return request.word
  return { digest: request.digest, by: ['alice', 'bob', 'carol'].slice(0, request.count), how: 'unsigned' }
}
