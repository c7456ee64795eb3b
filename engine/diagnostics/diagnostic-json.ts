import type { Diagnostic } from './diagnostic.ts'
import { positionAt } from './position.ts'

/** A diagnostic as `--json` prints it. Lines and columns are one-based; the end is exclusive. */
export interface DiagnosticJson {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export function diagnosticJson({ code, message, hint, source, span }: Diagnostic): DiagnosticJson {
  const start = positionAt(source.text, span.start)
  const end = positionAt(source.text, span.end)
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    file: source.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  }
}
