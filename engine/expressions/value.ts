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

/** What expressions can see. A step that has no outputs yet is {@link Unknown}. */
export interface Scope {
  readonly inputs: { readonly [name: string]: Json }
  readonly steps: { readonly [id: string]: { readonly outputs: Json } | Unknown }
  readonly run: { readonly id: string; readonly runbook: string }
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
