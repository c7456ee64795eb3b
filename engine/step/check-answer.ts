import type { Json } from './json.ts'

/**
 * What `check` saw. One answer serves five callers: plan, "already done?", waiting, resume after a crash, and proof
 * after apply.
 */
export type CheckAnswer<Outputs> = Satisfied<Outputs> | Absent | Different | Partial | Pending | Conflict | Unknowable

/** As wanted. */
export interface Satisfied<Outputs> {
  readonly state: 'satisfied'
  readonly outputs: Outputs
  /**
   * The effect id found in the world, where there is room for one: equal to `context.effectId` it proves that this
   * step made what was found; another one names the step that did. Absent when nothing in the world tells.
   */
  readonly madeBy?: string
}

/** Not there. */
export interface Absent {
  readonly state: 'absent'
}

/** There, ours to change: a setting, a version, a service state. */
export interface Different {
  readonly state: 'different'
  /** What is there now; journaled with `started`, so that undo can bring it back. Never secret. */
  readonly before: Json
  /** What will be there, shown in the plan as a diff against `before`. */
  readonly after: Json
}

/** Half of this step's own effect, proven by its effect id: `apply` completes or clears it. */
export interface Partial {
  readonly state: 'partial'
  /** What is there, in words: `a public key without its private key`. */
  readonly what: string
  /**
   * Of an effect that takes several requests: what the next one is for, another text for each. It is sent although the one before was
   * acknowledged, and the same one not twice. Absent: half of it behind an acknowledged request is a person's.
   */
  readonly next?: string
}

/** Converging by itself. */
export interface Pending {
  readonly state: 'pending'
  /** What is being waited for, in words: `the certificate authority is CREATING`. */
  readonly what: string
  /** Milliseconds after which to look again; absent: the step type's interval. */
  readonly lookAgainMs?: number
}

/** Something else has that identity. A person decides. */
interface Conflict {
  readonly state: 'conflict'
  /** How it differs from what is wanted, in words. */
  readonly differs: string
  readonly hint?: string
}

/** Cannot be seen: no honest answer is possible. */
export interface Unknowable {
  readonly state: 'unknowable'
  readonly why: string
}
