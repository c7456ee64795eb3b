import type { Finding } from '../step/preflight.ts'

/** What was seen before a run, days ahead. */
export interface Preflight {
  /** When it was looked, on the environment's clock: ISO 8601, UTC. */
  readonly at: string
  readonly runbook: { readonly name: string; readonly version: string; readonly title: string }
  readonly environment: { readonly name: string; readonly kind: 'sandbox' | 'test' | 'production' }
  /** What each binding claims to be, by its name. */
  readonly targets: Readonly<Record<string, string>>
  /** By binding in the runbook's order, then those of no binding. */
  readonly findings: readonly PlacedFinding[]
  readonly totals: { readonly good: number; readonly bad: number; readonly unknown: number }
}

export interface PlacedFinding extends Finding {
  /** `null`: of this machine, the people or the calendar. */
  readonly binding: string | null
  /** Name of the look, or of what the engine looks at itself. */
  readonly look: string
}
