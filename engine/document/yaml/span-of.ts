import type { Span } from '../../diagnostics/diagnostic.ts'

export type Yaml = typeof import('yaml')

/** The span of a parsed node, without white space and comments after it. */
export function spanOf(range: readonly [number, number, number] | null | undefined): Span {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 }
}
