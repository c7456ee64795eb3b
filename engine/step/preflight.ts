import type { Capabilities, CapabilityName } from './capabilities.ts'
import type { StepError } from './errors.ts'
import type { JsonObject } from './json.ts'

/** What a look before the window saw. */
export interface Finding {
  /** What was looked at, a noun: `permission cloudhsm:CreateHsm`. */
  readonly what: string
  /**
   * `bad`: a person must act before the window, or the run would stop. `unknown`: it could not be seen from here, which says
   * nothing about it.
   */
  readonly verdict: 'good' | 'bad' | 'unknown'
  /** What was found, and what was wanted where that differs; one clause, nothing secret. */
  readonly detail: string
  /** What to do about it, one imperative clause. */
  readonly hint?: string
}

/** A step that works on the binding which is looked at. */
export interface PreflightStep {
  /** Its address: the id, inside a `forEach` with the item's key. */
  readonly id: string
  /** Name of its step type. */
  readonly uses: string
  /** The binding's role, for a step with several. */
  readonly role: string | undefined
  /** What the step type says that it needs to be allowed, in all its bindings together. */
  readonly permissions: readonly string[]
  /** Inputs as far as they are known before the run: members that are not are absent, items of lists `null`. */
  readonly inputs: JsonObject
}

/** What a look may use. Nothing in it changes the world. */
export interface PreflightContext {
  /** The binding's name. */
  readonly binding: string
  /** Its entry in the environment, without `kind`: references to secrets, never secrets. */
  readonly config: JsonObject
  /** In document order. */
  readonly steps: readonly PreflightStep[]
  /** All opened bindings that give something: what one of them knows may lead to another one. */
  opened<P extends CapabilityName>(capability: P): readonly OpenedTarget<P>[]
  /**
   * Whether a secret can be read where a reference says; of one that is typed nobody is asked.
   *
   * @returns why not; `undefined`: it can
   */
  unreadable(reference: string): Promise<StepError | undefined>
  readonly signal: AbortSignal
  /** Milliseconds since the epoch on the run's clock, which a sandbox moves. */
  now(): number
}

export interface OpenedTarget<P extends CapabilityName> {
  readonly binding: string
  readonly capability: Capabilities[P]
}

/**
 * Looks at an opened binding, days before a run: whether the steps that will work on it can. Read-only, and logs in nowhere that opening
 * the binding did not.
 */
export interface PreflightLook<P extends CapabilityName = CapabilityName> {
  /** `permissions`. One of the name {@link clockLook} compares clocks. */
  readonly name: string
  readonly summary: string
  /** What the bindings that it looks at give. */
  readonly capability: P
  /** @returns nothing where none of the steps needs what it looks at; what it throws is told as `unknown` */
  look(capability: Capabilities[P], context: PreflightContext): Promise<readonly Finding[]>
}

/** The look that compares this machine's clock with another one. */
export const clockLook = 'clock'

/** Declares a look; the type of what it looks at follows from `capability`. */
export function definePreflightLook<P extends CapabilityName>(look: PreflightLook<P>): PreflightLook<P> {
  return look
}
