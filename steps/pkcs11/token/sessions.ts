import { StepError } from '../../../engine/step/errors.ts'
import { raceAbort } from './abort.ts'
import { sessionsPerToken } from './native-calls.ts'
import type { ObjectLock } from './object-lock.ts'
import { effects, looks } from './protocol.ts'
import type { AnswerOf, Handle, OperationName, RequestOf, SlotToken } from './protocol.ts'
import type { SharedModule } from './shared-module.ts'

type WithoutSession<R> = Omit<R, 'session'>

/** One session of a token, in the hands of one caller at a time. */
export interface Session {
  /**
   * Calls the module and waits for the true end of the call. Refuses to begin once the caller's signal is aborted.
   *
   * @throws {StepError}
   */
  call<K extends OperationName>(operation: K, request: WithoutSession<RequestOf<K>>): Promise<AnswerOf<K>>
  /** A call that also runs after an abort: removes what earlier calls left. */
  cleanUp<K extends OperationName>(operation: K, request: WithoutSession<RequestOf<K>>): Promise<AnswerOf<K>>
  /** Key handles found in this session, by CKA_ID; forgotten when a call fails. */
  readonly keys: Map<string, Handle>
}

/**
 * The sessions of one token, opened on demand and used again. A session in which a
 * call failed is closed: it may still have an operation active.
 */
export class Sessions {
  readonly #module: SharedModule
  readonly #slot: Handle
  readonly #lock: ObjectLock
  readonly #where: string
  readonly #idle: Pooled[] = []
  readonly #waiting: (() => void)[] = []
  #busy = 0
  #closed = false

  constructor(module: SharedModule, token: SlotToken, where: string) {
    this.#module = module
    this.#slot = token.slot
    this.#lock = module.objectLock(token.serial)
    this.#where = where
  }

  /**
   * Runs `body` with a session.
   *
   * When `signal` aborts, the caller gets `cancelled` at once, while the call that is running goes on to its end in the
   * background, and no further one begins. `outcomeUnknown` then says that a call could have changed the token.
   */
  async use<T>(signal: AbortSignal, body: (session: Session) => Promise<T>): Promise<T> {
    const progress: Progress = { effectBegun: false }
    const work = this.#run(signal, progress, body)
    return raceAbort(work, signal, () => cancelled(this.#where, progress.effectBegun))
  }

  async #run<T>(signal: AbortSignal, progress: Progress, body: (session: Session) => Promise<T>): Promise<T> {
    const pooled = await this.#take(signal)
    try {
      return await body(this.#lend(pooled, signal, progress))
    } finally {
      await this.#giveBack(pooled)
    }
  }

  async #take(signal: AbortSignal): Promise<Pooled> {
    while (this.#busy >= sessionsPerToken()) await new Promise<void>((go) => this.#waiting.push(go))
    if (signal.aborted || this.#closed) {
      this.#waiting.shift()?.()
      throw signal.aborted ? cancelled(this.#where, false) : new StepError('session', `${this.#where} is closed`)
    }
    this.#busy++
    const idle = this.#idle.pop()
    if (idle) return idle
    try {
      const handle = await this.#module.call('openSession', { slot: this.#slot }, { where: this.#where })
      return { handle, keys: new Map(), failed: false }
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  #lend(pooled: Pooled, signal: AbortSignal, progress: Progress): Session {
    const run = async <K extends OperationName>(
      operation: K,
      request: WithoutSession<RequestOf<K>>,
      always: boolean,
    ): Promise<AnswerOf<K>> => {
      const begin = (): void => {
        if (signal.aborted && !always) throw cancelled(this.#where, progress.effectBegun)
        progress.effectBegun ||= effects.has(operation)
      }
      // the one property that was left out
      const complete = { ...request, session: pooled.handle } as unknown as RequestOf<K>
      const call = () => this.#module.call(operation, complete, { where: this.#where, begin })
      try {
        if (effects.has(operation)) return await this.#lock.run('exclusive', call)
        if (looks.has(operation)) return await this.#lock.run('shared', call)
        return await call()
      } catch (error) {
        pooled.failed = true
        throw error
      }
    }
    return {
      keys: pooled.keys,
      call: (operation, request) => run(operation, request, false),
      cleanUp: (operation, request) => run(operation, request, true),
    }
  }

  async #giveBack(pooled: Pooled): Promise<void> {
    if (pooled.failed) {
      // its failure is already on the way to the caller
      await this.#module.call('closeSession', { session: pooled.handle }, { where: this.#where }).catch(() => undefined)
    } else {
      this.#idle.push(pooled)
    }
    this.#leave()
  }

  #leave(): void {
    this.#busy--
    if (this.#closed) for (const go of this.#waiting.splice(0)) go()
    else this.#waiting.shift()?.()
  }

  /** Waits for the calls that are running, then closes the sessions. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#busy > 0) await new Promise<void>((go) => this.#waiting.push(go))
    for (const { handle } of this.#idle.splice(0)) {
      await this.#module.call('closeSession', { session: handle }, { where: this.#where })
    }
  }
}

interface Pooled {
  readonly handle: Handle
  readonly keys: Map<string, Handle>
  failed: boolean
}

interface Progress {
  effectBegun: boolean
}

function cancelled(where: string, outcomeUnknown: boolean): StepError {
  return new StepError('cancelled', `work on ${where} was cancelled`, { outcomeUnknown })
}
