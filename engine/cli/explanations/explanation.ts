/** What a code means and what to do about it. */
export interface Explanation {
  /** As it is shown in brackets: `unknown-key`. */
  readonly code: string
  /** `mistake in a file`, `step error`, `person needed`, `exit code`. */
  readonly kind: string
  /** Two to five lines. */
  readonly lines: readonly string[]
}

/** Explanations of one kind, from a table of code to lines. */
export function explanationsOf(
  kind: string,
  table: Readonly<Record<string, readonly string[]>>,
): readonly Explanation[] {
  return Object.entries(table).map(([code, lines]) => ({ code, kind, lines }))
}
