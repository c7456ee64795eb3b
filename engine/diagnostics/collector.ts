import type { Diagnostic, SourceFile, Span } from './diagnostic.ts'

/** A mistake whose file is known to whoever collects it. */
interface Problem {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly span: Span
  /** The span may be a secret, which no diagnostic of the file shows. */
  readonly masked?: true
}

export type Report = (problem: Problem) => void

export interface Collector {
  readonly report: Report
  /** What was reported, by position; the same mistake once. */
  list(): readonly Diagnostic[]
}

/** Collects the mistakes of one file. */
export function collector(source: SourceFile): Collector {
  const found = new Map<string, Problem>()
  return {
    report(problem) {
      const key = `${problem.span.start} ${problem.code} ${problem.message}`
      if (!found.has(key)) found.set(key, problem)
    },
    list() {
      const problems = [...found.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
      const hidden = problems.flatMap(({ masked, span }) => (masked === true ? [span] : []))
      return problems.map(({ masked: _, ...problem }) => ({
        ...problem,
        source,
        ...(hidden.length > 0 ? { hidden } : {}),
      }))
    },
  }
}
