import type { Json } from '../../engine/step/json.ts'

/** A text that `apply` put into its answer, or that was there before; `undefined` when it is not known. */
export function textOf(answer: Json | undefined, member: string): string | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined
  const value = (answer as Readonly<Record<string, Json>>)[member]
  return typeof value === 'string' ? value : undefined
}

/** A list of texts that `apply` put into its answer, or that was there before; empty when it is not known. */
export function textsOf(answer: Json | undefined, member: string): string[] {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return []
  const value = (answer as Readonly<Record<string, Json>>)[member]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
