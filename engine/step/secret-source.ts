import type { Capabilities, CapabilityName } from './capabilities.ts'

/** A kind of place that secrets are kept in, reached through a binding: what stands behind `SCHEME:BINDING/NAME`. */
export interface SecretSource<P extends CapabilityName = CapabilityName> {
  /** First part of its references: `secretsmanager`. */
  readonly scheme: string
  readonly summary: string
  /** What its bindings give. */
  readonly through: P
  /** How its references are written, for messages: `secretsmanager:BINDING/NAME`. */
  readonly form: string
  /** Pattern (ECMAScript, `u`) of the part of a reference behind `BINDING/`: documents are checked with it. */
  readonly names: string
  /**
   * Fetches what `name` refers to.
   *
   * @throws {StepError} never with the value, or a part of it, in its text
   */
  fetch(name: string, target: Capabilities[P], context: SecretContext): Promise<string>
  /** Absent: nothing is ever stored there. */
  readonly store?: WritableSecrets<P>
}

export interface SecretContext {
  /** What it is for, in messages: `cu at token 7 (binding \`rootToken\`)`. */
  readonly what: string
  readonly signal: AbortSignal
}

/** The writing half of a secret source. Each value knows the effect that stored it. */
export interface WritableSecrets<P extends CapabilityName = CapabilityName> {
  /**
   * What this effect stored under `name`; finishes what a lost connection or process left half done.
   *
   * @returns `undefined` when nothing is there
   * @throws {StepError} `conflict` when something is there that this effect did not store, or that was changed since
   */
  read(name: string, target: Capabilities[P], context: StoreContext): Promise<string | undefined>
  /**
   * Stores a value, durably, with the mark of the effect. Never replaces one.
   *
   * @throws {StepError} `conflict` when something is there
   */
  create(name: string, value: string, target: Capabilities[P], context: StoreContext): Promise<void>
}

export interface StoreContext extends SecretContext {
  readonly effectId: string
}

/** Declares a secret source; the type of its target follows from `through`. */
export function defineSecretSource<P extends CapabilityName>(source: SecretSource<P>): SecretSource<P> {
  return source
}
