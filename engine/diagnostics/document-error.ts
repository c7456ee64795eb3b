import type { Diagnostic } from './diagnostic.ts'

/** Mistakes in files that people write: all of a pass. Exit code 3. */
export class DocumentError extends Error {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join('; '))
    this.name = 'DocumentError'
    this.diagnostics = diagnostics
  }
}
