import type { Type } from './type.ts'

/** What expressions at one place may refer to. */
export interface ScopeTypes {
  readonly roots: ReadonlyMap<string, Type>
  /** Roots whose members are steps: `steps`, `world`. Their members' `outputs` wait for the step. */
  readonly stepRoots: ReadonlySet<string>
  /** Refuses a path that exists but may not be used here, such as a later step. */
  readonly refuse?: (path: readonly string[]) => Refusal | undefined
  /** Whether what a path leads to may be missing where the expression is evaluated, although the path exists. */
  readonly mayBeAbsent?: (path: readonly string[]) => boolean
}

export interface Refusal {
  readonly code: string
  readonly message: string
  readonly hint?: string
}
