import { StepError, type ErrorCode } from '../../../engine/step/errors.ts'

/** What happens to a request instead of going well. */
export interface ToyFault {
  readonly code: ErrorCode
  /** True: the effect is committed and the answer lost; false: nothing happened. */
  readonly committed: boolean
  /** True: the caller cannot know which. Always true where something was committed. */
  readonly outcomeUnknown: boolean
}

/** How long things take in the toy world. */
export const times = {
  /** An HSM is listed this long after its creation, for want of consistency. */
  hsmListedMs: 40_000,
  hsmReadyMs: 10 * 60_000,
  orderTokenMs: 5 * 60_000,
} as const

export interface Hsm {
  readonly id: string
  readonly address: string
  readonly at: number
}

/** Half or all of a key pair, each half with the effect id that it was made under. */
export interface KeyPair {
  readonly publicId?: string
  readonly privateId?: string
}

/**
 * The world outside of a run: it survives every crash of it, and its ledger counts what was done. Nothing in it protects it from
 * a caller that acts twice.
 */
export class World {
  readonly ledger: string[] = []
  readonly settings = new Map<string, number>()
  readonly keys = new Map<string, KeyPair>()
  readonly hsms: Hsm[] = []
  readonly orders = new Map<string, { readonly id: string; readonly at: number }>()
  readonly letters: string[] = []
  readonly names = new Map<string, string>()
  /** Lists that somebody else keeps. */
  readonly lists = new Map<string, readonly string[]>()
  /** Seats by what they are called, with the effect id that booked them. */
  readonly seats = new Map<string, string>()
  /** How many of the next calls of an operation give no answer, before (or, `after ` before its name, behind) its effect. */
  readonly hangs = new Map<string, number>()
  /** Set by the host of the moment: a place inside an effect at which power may be lost. */
  halfway: (where: string) => void = () => undefined
  /** Called by each request, with what it asks for. */
  onRequest: (operation: string) => void = () => undefined
  readonly #faults = new Map<string, ToyFault[]>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  now(): number {
    return this.#now()
  }

  /** The next call of `operation` meets this; faults of one operation queue up. */
  plan(operation: string, fault: ToyFault): void {
    this.#faults.set(operation, [...(this.#faults.get(operation) ?? []), fault])
  }

  /** A request: `commit` runs unless a fault comes before it, and its answer is lost where a fault comes behind it. */
  request<T>(operation: string, commit: () => T): T {
    this.onRequest(operation)
    const fault = this.#faults.get(operation)?.shift()
    if (fault === undefined) return commit()
    if (fault.committed) commit()
    throw new StepError(fault.code, `\`${operation}\` met \`${fault.code}\``, { outcomeUnknown: fault.outcomeUnknown })
  }

  /** Whether a call gives no answer. */
  isHanging(operation: string): boolean {
    const left = this.hangs.get(operation) ?? 0
    this.hangs.set(operation, Math.max(0, left - 1))
    return left > 0
  }

  /** Counts a lasting effect. */
  did(what: string): void {
    this.ledger.push(what)
  }
}
