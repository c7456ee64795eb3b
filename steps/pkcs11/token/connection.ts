import { StepError } from '../../../engine/step/errors.ts'
import { pkcs11Error } from './errors.ts'
import { countCall } from './native-calls.ts'
import { effects, type Answer, type AnswerOf, type OperationName, type RequestOf } from './protocol.ts'
import { threadPort, type WorkerPort } from './worker-port.ts'

interface Pending {
  readonly operation: OperationName
  readonly where: string
  resolve(value: unknown): void
  reject(error: StepError): void
}

export interface CallOptions {
  /** For messages: ``token `root-hsm` ``. */
  readonly where: string
  /** Memory that is handed over, so that no copy stays here. */
  readonly transfer?: readonly ArrayBuffer[]
  /** Runs right before the call is sent; what it throws prevents the call. */
  readonly begin?: () => void
}

/** One thread that owns a module, and the calls it has not answered yet. An idle one does not keep the process alive. */
export class Connection {
  readonly #port: WorkerPort
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #ended: StepError | undefined
  #idle: (() => void)[] = []

  constructor(port: WorkerPort = threadPort()) {
    this.#port = port
    port.onAnswer((answer) => this.#settle(answer))
    port.onEnd((message, cause) => this.#end(message, cause))
    port.unref()
  }

  call<K extends OperationName>(operation: K, request: RequestOf<K>, options: CallOptions): Promise<AnswerOf<K>> {
    return countCall(async () => {
      options.begin?.()
      return this.#send(operation, request, options)
    })
  }

  #send<K extends OperationName>(operation: K, request: RequestOf<K>, options: CallOptions): Promise<AnswerOf<K>> {
    const { where, transfer = [] } = options
    return new Promise<AnswerOf<K>>((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      const id = ++this.#lastId
      // the worker answers each operation with its own type
      const settle = resolve as (value: unknown) => void
      this.#pending.set(id, { operation, where, resolve: settle, reject })
      this.#port.ref()
      this.#port.ask({ id, operation, request }, transfer)
    })
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id)
    if (!pending) return
    this.#pending.delete(answer.id)
    if (this.#pending.size === 0) this.#rest()
    if ('failure' in answer) pending.reject(pkcs11Error(answer.failure, pending.operation, pending.where))
    else pending.resolve(answer.value)
  }

  #rest(): void {
    this.#port.unref()
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  #end(message: string, cause?: Error): void {
    this.#ended ??= new StepError('device', message, { cause })
    for (const { operation, reject } of this.#pending.values()) {
      reject(new StepError('device', message, { cause, outcomeUnknown: effects.has(operation) }))
    }
    this.#pending.clear()
    this.#rest()
  }

  /** Waits for the running calls, as a module may crash when it is finalised under them, then ends the thread. */
  async close(): Promise<void> {
    if (this.#pending.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#ended ??= new StepError('session', 'PKCS#11 module is closed')
    await this.#port.end()
  }
}
