import type { Static, TObject } from 'typebox'
import type { CheckAnswer, Pending, Satisfied } from './check-answer.ts'
import type { ApplyContext, CheckContext, Targets } from './context.ts'
import type { Json } from './json.ts'

/** The plug-in behind `uses:`. See `engine/step/README.md` for the contract in prose. */
export type StepType<I extends TObject = TObject, O extends TObject = TObject, T extends Targets = Targets> =
  ReadingStepType<I, O, T> | ChangingStepType<I, O, T>

interface Described<I extends TObject, O extends TObject, T extends Targets> {
  /** `family.verb-noun`. */
  readonly name: `${string}.${string}`
  /** One sentence, for `runbook steps` and the reference. */
  readonly summary: string
  /** Rises when inputs, outputs or effect change their meaning; resume is pinned to it. */
  readonly version: number
  /** Schema of `with`. Descriptions become the reference; `additionalProperties` is refused everywhere. */
  readonly inputs: I
  /** Schema of the outputs. No output is secret. */
  readonly outputs: O
  readonly target: T
  /**
   * The inputs as a person reads them before approving, where they are not readable themselves (bytes to be signed). A function
   * of the inputs alone: the same inputs give the same text. Absent: the inputs are shown as they are.
   */
  describe?(inputs: Static<I>): string | Promise<string>
  /**
   * Who must be there while it works, where, and for how long, a line each: `2 of alice, bob, carol at their own terminals, within
   * 10 minutes of each other`. A function of the inputs alone. Absent, or no line: nobody but who operates.
   */
  attendance?(inputs: Static<I>): readonly string[]
  /** What it needs to be allowed: API actions, PKCS#11 functions, programs. */
  readonly permissions: readonly string[]
  /** YAML steps as one writes them; each is run by the contract tests. */
  readonly examples: readonly StepExample[]
  /** Where production takes another mechanism, size or branch than a rehearsal, and unverified facts relied on. */
  readonly notRehearsed?: readonly string[]
  /**
   * Milliseconds that it typically takes in production, waiting included and people not, where that is known: for what is left of
   * a run. `estimate:` in a runbook goes before.
   */
  readonly typicalMs?: number
}

export interface StepExample {
  readonly title: string
  /** One step of a runbook: `id`, `uses`, `target`, `with` with literal values only. */
  readonly yaml: string
}

/** Looks and computes; changes nothing, so it has nothing to recover. */
export interface ReadingStepType<
  I extends TObject = TObject,
  O extends TObject = TObject,
  T extends Targets = Targets,
> extends Described<I, O, T> {
  readonly effect: 'read'
  /** How often to look while the answer is `pending`, and for how long at the most. */
  readonly wait?: Waiting
  /**
   * Looks.
   *
   * @returns `satisfied` or, while what is looked for converges by itself, `pending`
   * @throws {StepError} `not-found`, `invalid`, `conflict` when what was looked for is not as it must be
   */
  check(inputs: Static<I>, context: CheckContext<T>): Promise<Satisfied<Static<O>> | Pending>
}

/** Changes the world. */
export interface ChangingStepType<
  I extends TObject = TObject,
  O extends TObject = TObject,
  T extends Targets = Targets,
> extends Described<I, O, T> {
  /**
   * `idempotent`: applying twice is as good as once. `once`: twice would do harm (a second key, CA, HSM), so it is
   * applied only when `check` says that it was not.
   */
  readonly effect: 'idempotent' | 'once'
  readonly wait?: Waiting
  /**
   * Whether finding the object already there and right is refused (`refuse`: keys and CAs) or taken (`adopt`) unless the
   * runbook says otherwise with `existing:`.
   */
  readonly existing: 'refuse' | 'adopt'
  /**
   * Milliseconds during which an eventually consistent service may still answer `absent` although the effect is there,
   * counted from when the process that may have sent it is known dead. `never`: no `absent` after a lost
   * answer is ever believed; a person decides. Zero where `check` sees at once.
   */
  readonly settleMs: number | 'never'
  /**
   * Milliseconds after `started` during which sending the same request with the same effect id cannot act twice, because
   * the service knows idempotency tokens. Tried before `settleMs` is waited for.
   */
  readonly replayWindowMs?: number
  /** Only looks. Called by plan, before apply, while waiting, after a crash and as proof after apply. */
  check(inputs: Static<I>, context: CheckContext<T>): Promise<CheckAnswer<Static<O>>>
  /**
   * Sends the request and returns what the answer held, which is journaled and given to `check` as `context.answer`. Does
   * not wait, poll, sleep or retry: the engine does.
   *
   * @throws {StepError} with `outcomeUnknown` when the request may have arrived
   */
  apply(inputs: Static<I>, context: ApplyContext<T>): Promise<Json | undefined>
  /** `nothing`: no lasting effect. `impossible`: cannot be taken back. */
  readonly undo: 'nothing' | 'impossible' | Undo<I, O, T>
}

export interface Waiting {
  /** Milliseconds between two looks when the answer names no other time. */
  readonly everyMs: number
  /** Milliseconds after which waiting ends with a `timeout` error, unless the runbook's `timeout` says otherwise. */
  readonly timeoutMs: number
}

interface Undo<I extends TObject, O extends TObject, T extends Targets> {
  /** True when it destroys a key, user, HSM, cluster or backup. Never reached automatically. */
  readonly destructive: boolean
  /**
   * Brings back `context.before`, or removes what `outputs` names. Safe to call again after a crash.
   *
   * @param outputs `undefined`: `check` answered `partial`, and half of it is there
   */
  run(inputs: Static<I>, outputs: Static<O> | undefined, context: ApplyContext<T>): Promise<void>
}

/**
 * Declares a step type; the functions' types follow from the schemas.
 *
 * The effect class is spread over two overloads so that a reading step type cannot have an `apply`.
 */
export function defineStep<I extends TObject, O extends TObject, const T extends Targets>(
  step: ReadingStepType<I, O, T>,
): ReadingStepType<I, O, T>
export function defineStep<I extends TObject, O extends TObject, const T extends Targets>(
  step: ChangingStepType<I, O, T>,
): ChangingStepType<I, O, T>
export function defineStep(step: StepType): StepType {
  return step
}
