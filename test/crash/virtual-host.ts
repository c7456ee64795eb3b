import { createHash } from 'node:crypto'
import type { RunEvent } from '../../engine/run/events.ts'
import type { RunHost } from '../../engine/run/host.ts'
import type { PersonRequest } from '../../engine/run/person-request.ts'
import { Interrupted, NeedsPerson } from '../../engine/run/run-stop.ts'
import { StepError } from '../../engine/step/errors.ts'
import type { Json } from '../../engine/step/json.ts'
import { Turns } from './turns.ts'

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
  /** Draws which branch goes on, from 0 inclusive to 1 exclusive; absent: the first that can. */
  readonly draw?: (() => number) | undefined
}

/** What all branches of one process share. */
interface Process {
  readonly machine: Machine
  readonly accidents: Accidents
  readonly turns: Turns
  readonly points: string[]
  readonly events: RunEvent[]
  readonly asked: PersonRequest[]
  off: boolean
}

/**
 * A host in memory with virtual time: each record and each effect has a point before it and one behind it, at which power can be
 * lost. After that nothing works any more.
 */
export class VirtualHost implements RunHost {
  readonly #process: Process
  readonly #halted: () => boolean

  constructor(machine: Machine, accidents: Accidents = {}, inside?: { process: Process; halted: () => boolean }) {
    this.#process = inside?.process ?? {
      ...{ machine, accidents, turns: new Turns(machine, accidents.draw ?? (() => 0)) },
      ...{ points: [], events: [], asked: [], off: false },
    }
    this.#halted = inside?.halted ?? (() => false)
  }

  get off(): boolean {
    return this.#process.off
  }

  /** Every point that was passed or reached, in order. */
  get points(): readonly string[] {
    return this.#process.points
  }

  get events(): readonly RunEvent[] {
    return this.#process.events
  }

  get asked(): readonly PersonRequest[] {
    return this.#process.asked
  }

  /** A place at which power may be lost. */
  point(name: string): void {
    const { points, accidents } = this.#process
    if (this.#process.off) throw new PowerLost()
    points.push(name)
    if (points.length - 1 !== accidents.crashAt) return
    this.#process.off = true
    throw new PowerLost()
  }

  recall(key: string): Json | undefined {
    return this.#process.machine.value(key)
  }

  async record(key: string, value: Json): Promise<Json> {
    const { machine, turns } = this.#process
    await turns.next()
    const earlier = machine.value(key)
    if (earlier !== undefined) return earlier
    this.point(`before record ${key}`)
    machine.records.set(key, JSON.stringify(value))
    this.point(`after record ${key}`)
    return value
  }

  async effect<T>(key: string, deadline: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { machine, turns } = this.#process
    await turns.next()
    this.point(`before ${key}`)
    const late = new AbortController()
    // whoever waits for this signal is what hangs: nothing else happens meanwhile
    const signal = new Proxy(late.signal, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target)
        if (name !== 'addEventListener') return typeof member === 'function' ? (member.bind(target) as unknown) : member
        return (type: 'abort', listener: () => void) => {
          target.addEventListener(type, listener)
          machine.now = Math.max(machine.now, deadline)
          queueMicrotask(() => late.abort(new StepError('timeout', 'no answer', { outcomeUnknown: true })))
        }
      },
    })
    const result = await run(signal)
    this.point(`after ${key}`)
    return result
  }

  async sleepUntil(at: number): Promise<void> {
    this.safePoint()
    this.point('asleep')
    await this.#process.turns.sleepUntil(at)
    if (this.off) throw new PowerLost()
    this.safePoint()
  }

  async receive(request: PersonRequest): Promise<Json> {
    const { turns, asked, accidents } = this.#process
    await turns.next()
    this.safePoint()
    asked.push(request)
    this.point(`before ${request.kind}`)
    const answer = accidents.answer?.(request) ?? agree(request)
    this.point(`after ${request.kind}`)
    return answer
  }

  async all<T>(
    branches: readonly ((host: RunHost) => Promise<T>)[],
    { concurrency, halts }: { readonly concurrency: number; readonly halts: (error: unknown) => boolean },
  ): Promise<readonly PromiseSettledResult<T>[]> {
    const { machine, accidents, turns } = this.#process
    let halted = false
    const inside = { process: this.#process, halted: () => halted || this.#halted() }
    const endings: PromiseSettledResult<T>[] = []
    let next = 0
    const work = async (): Promise<void> => {
      for (let at = next++; at < branches.length; at = next++) {
        try {
          const host = new VirtualHost(machine, accidents, inside)
          host.safePoint() // as in `LocalHost`
          const value = await branches[at]?.(host)
          endings[at] = { status: 'fulfilled', value: value as T } // `at` is an index of `branches`
        } catch (reason) {
          endings[at] = { status: 'rejected', reason }
          halted ||= halts(reason)
        }
      }
    }
    await turns.branches(Array.from({ length: Math.min(concurrency, branches.length) }, () => work))
    return endings
  }

  safePoint(): void {
    const { points, accidents, off } = this.#process
    if (off) throw new PowerLost()
    const { stopAt } = accidents
    if ((stopAt !== undefined && points.length > stopAt) || this.#halted()) throw new Interrupted()
  }

  now(): number {
    return this.#process.machine.now
  }

  random(): number {
    return 0.5
  }

  head(): { readonly records: number; readonly hash: string } {
    const { records } = this.#process.machine
    return {
      records: records.size,
      hash: createHash('sha256')
        .update(JSON.stringify([...records]))
        .digest('hex'),
    }
  }

  emit(event: RunEvent): void {
    this.#process.events.push(event)
  }
}

/** What a willing person says. */
export function agree(request: PersonRequest): Json {
  switch (request.kind) {
    case 'confirmation':
      return request.word
    case 'manual':
      return { value: request.step.id, by: 'operator' }
    case 'approval': {
      const by = ['alice', 'bob', 'carol'].find((name) => !request.given.includes(name)) ?? ''
      return { decision: 'approve', digest: request.digest, by, how: 'unsigned' }
    }
    case 'resolution':
    case 'override':
      throw new NeedsPerson(request.kind === 'override' ? 'window' : 'in-doubt', request.why)
  }
}
