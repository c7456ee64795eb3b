import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/** Mistakes in files that people write. Exit code 3. */
export class InvalidDocuments extends Error {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join('; '))
    this.name = 'DocumentError'
    this.diagnostics = diagnostics
  }
}

/** Holds for the sandbox's error of that name as well, which is not loaded to ask it. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] | undefined {
  if (!(error instanceof Error) || error.name !== 'DocumentError' || !('diagnostics' in error)) return undefined
  return error.diagnostics as readonly Diagnostic[] // of both classes of that name
}
