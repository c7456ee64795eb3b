import type { Json } from '../step/json.ts'

/** A value that only a later moment will know. */
export class Unknown {
  /** Ids of the steps it waits for. */
  readonly waitsFor: readonly string[]

  constructor(waitsFor: readonly string[]) {
    this.waitsFor = waitsFor
  }
}

/** JSON in which leaves may be {@link Unknown}. */
export type Value = string | number | boolean | null | Unknown | readonly Value[] | { readonly [name: string]: Value }

/**
 * Outputs by step id. A step that has no outputs yet is {@link Unknown} or missing; one that was skipped is there and has none. An
 * inner scope inherits from the one around it, so membership is asked with `in`.
 */
export type StepValues = { readonly [id: string]: { readonly outputs?: Json } | Unknown }

/** What expressions can see. */
export interface Scope {
  readonly inputs?: { readonly [name: string]: Json }
  readonly steps?: StepValues
  readonly run?: {
    readonly id: string
    readonly runbook: string
    readonly toolSha256: string
    /** In `finally`: how its block or the run ended. */
    readonly outcome?: string
  }
  /** Items of the `forEach` blocks around, by the names they have there. */
  readonly locals?: { readonly [name: string]: Json | Unknown }
  /** In a rehearsal file: the steps that made the world. */
  readonly world?: StepValues
  /** In a rehearsal file: what simulators say about each binding. */
  readonly bindings?: { readonly [name: string]: { readonly [fact: string]: Json } }
  /** In the expectations of a rehearsal file: the runbook's outputs; in `until`: those of the step. */
  readonly outputs?: { readonly [name: string]: Json }
}

/** All unknown leaves of a value, in document order. */
export function unknownsOf(value: Value): readonly Unknown[] {
  if (value instanceof Unknown) return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((member: Value) => unknownsOf(member))
}

/** Holds when nothing in `value` is unknown. */
export function isKnown(value: Value): value is Json {
  return unknownsOf(value).length === 0
}
