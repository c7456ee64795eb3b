import type { Capabilities, CapabilityName } from './capabilities.ts'
import type { Json } from './json.ts'
import type { SecretStore } from './secret-store.ts'

/** What a step type works on: one capability, several by role, or nothing. */
export type Targets = CapabilityName | Readonly<Record<string, CapabilityName>> | undefined

/** The capabilities a step type is given for its {@link Targets}. */
export type TargetOf<T extends Targets> = T extends CapabilityName
  ? Capabilities[T]
  : T extends Readonly<Record<string, CapabilityName>>
    ? { readonly [Role in keyof T]: Capabilities[T[Role]] }
    : undefined

/** Files of this run. Names are plain file names. What must outlive the run goes to a `folder` binding instead. */
export interface Artifacts {
  /** @returns `undefined` when there is none of that name */
  read(name: string): Promise<Uint8Array | undefined>
  /**
   * Written durably, exclusively: an identical file is success.
   *
   * @returns the absolute path
   * @throws {StepError} `conflict` when another content has that name
   */
  create(name: string, bytes: Uint8Array): Promise<string>
}

/** What `check` may use. Nothing in it changes the world. */
export interface CheckContext<T extends Targets = Targets> {
  readonly target: TargetOf<T>
  readonly run: { readonly id: string; readonly runbook: string }
  readonly stepId: string
  /** Whether what is there already is refused or taken, by the runbook or else by the step type; `refuse` for a reading step. */
  readonly existing: 'refuse' | 'adopt'
  /**
   * The id of this step's effect: at most 32 characters of `[a-z0-9.-]`, chosen and journaled before the first
   * request, the same over retries and resumes. `undefined` as long as nothing was started (plan, first look).
   */
  readonly effectId: string | undefined
  /** What `apply` returned, when its answer is known: of this process or, after a crash, of the journal. */
  readonly answer: Json | undefined
  /** What `different.before` was when the effect started. */
  readonly before: Json | undefined
  /** The files of this run; reading only. */
  readonly artifacts: Pick<Artifacts, 'read'>
  readonly signal: AbortSignal
  /** True in a rehearsal: then nothing of the user's may be within reach of what the step starts. Taken for true where it is not said. */
  readonly sandbox?: boolean
  /** Milliseconds since the epoch on the run's clock, which a sandbox moves; certificate dates use the real clock. */
  now(): number
}

/** What `apply` and `undo` may use. */
export interface ApplyContext<T extends Targets = Targets> extends Omit<CheckContext<T>, 'effectId' | 'artifacts'> {
  readonly effectId: string
  readonly artifacts: Artifacts
  /** Where a secret that the step makes is kept, durably, before the effect that uses it. */
  readonly secrets: SecretStore
}
