import type { Static, TObject } from 'typebox'
import type { Capabilities, CapabilityName } from './capabilities.ts'
import type { Secret } from './secret.ts'

/** What an entry under `bindings:` of an environment can be. */
export interface BindingKind<C extends TObject = TObject, P extends CapabilityName = CapabilityName> {
  /** The value of `kind:`, such as `pkcs11-token`. */
  readonly name: string
  readonly summary: string
  readonly provides: P
  /** Schema of the entry without `kind`. Secrets are {@link secretReference}s. */
  readonly config: C
  /**
   * What the entry claims to be, in one line without secrets: shown in plan and approvals, and what resume is pinned to.
   * Two entries with the same line are the same target.
   */
  claims(config: Static<C>): string
  /**
   * Opens the target and verifies that it is what the entry claims.
   *
   * @throws {StepError} `not-found` (module, token, folder missing), `conflict` (another serial, another account),
   *   `authentication` (credential refused)
   */
  open(config: Static<C>, context: OpenContext): Promise<OpenBinding<Capabilities[P]>>
}

export interface OpenContext {
  /** The binding's name in the runbook. */
  readonly name: string
  /** Absent outside a run (plan). */
  readonly runId: string | undefined
  /** Folder that relative paths of the environment file start from. Absolute. */
  readonly baseFolder: string
  /** True when the environment is `kind: sandbox` and its sandbox answered: then nothing but loopback is reachable. */
  readonly sandbox: boolean
  readonly signal: AbortSignal
  /**
   * The only way to a credential. The engine fetches it, gives it to `attempt`, and remembers a refusal: the same
   * reference is not tried at the same device for the same user again until a person says that it changed.
   *
   * @param attempt throws {StepError} `authentication` when the other side refused
   */
  login<R>(credential: Credential, attempt: (secret: Secret) => Promise<R>): Promise<R>
}

export interface Credential {
  /** What refuses or accepts, by an identity that outlives reboots: `token serial 845e574be3a461b0`. */
  readonly device: string
  readonly user: string
  /** A {@link secretReference}. */
  readonly reference: string
}

export interface OpenBinding<C> {
  readonly capability: C
  /** What it turned out to be, journaled: token serial and firmware, SHA-256 of the module, caller ARN. Not secret. */
  readonly facts: Readonly<Record<string, string>>
  /** Looks again whether it still is what it was when opened. */
  verify(): Promise<void>
  close(): Promise<void>
}

/** Declares a binding kind; the functions' types follow from the schema. */
export function defineBindingKind<C extends TObject, P extends CapabilityName>(
  kind: BindingKind<C, P>,
): BindingKind<C, P> {
  return kind
}
