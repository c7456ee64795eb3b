/** A text that mistakes are found in: a runbook, an environment, a rehearsal or plan file. */
export interface SourceFile {
  /** As the user named it. */
  readonly path: string
  readonly text: string
  /** SHA-256 of the file's bytes, hex. */
  readonly sha256: string
}

/** UTF-16 offsets into {@link SourceFile.text}, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A mistake in a file, as data. Text is made of it in one place (`render-diagnostic.ts`). */
export interface Diagnostic {
  /** Kebab-case, stable: `unknown-key`. */
  readonly code: string
  /** Lower case, no full stop; names and values in backquotes; what was wanted and what was found. */
  readonly message: string
  /** What to do, one imperative clause. */
  readonly hint?: string
  readonly source: SourceFile
  readonly span: Span
  /** Parts of the file that may be a secret, written where a reference belongs: never shown. */
  readonly hidden?: readonly Span[]
}
