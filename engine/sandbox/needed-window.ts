import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { leavesOf } from '../document/walk-entries.ts'
import { windowLengths } from '../environment/window-lengths.ts'
import type { WallTime } from './wall-time.ts'

/** What a maintenance window has to have room for; milliseconds. */
export interface NeededWindow {
  /** Services, waits, and what is done by hand where the runbook estimates that; people come on top. */
  readonly neededMs: number
  /** What the runbook estimates of its `manual` entries. */
  readonly byHandMs: number
  /** The windows of the environment that was named. */
  readonly against?: {
    readonly environment: string
    readonly windows: readonly HeldWindow[]
  }
}

interface HeldWindow {
  readonly window: string
  /** `null`: it is over. */
  readonly lengthMs: number | null
  readonly fits: boolean
  /** By how much it is too short; 0 where it fits. */
  readonly shortMs: number
}

/** Holds the time of a rehearsal against the windows of an environment, where one is named. They are read by the real clock. */
export async function neededWindow(
  runbook: Runbook,
  { servicesMs, waitsMs }: WallTime,
  against: Environment | undefined,
): Promise<NeededWindow> {
  const byHandMs = leavesOf(runbook).reduce(
    (sum, leaf) => sum + (leaf.kind === 'manual' ? (leaf.estimateMs ?? 0) : 0),
    0,
  )
  const neededMs = servicesMs + waitsMs + byHandMs
  if (against === undefined) return { neededMs, byHandMs }
  const lengths = await windowLengths(against, Date.now())
  const windows = lengths.map((each): HeldWindow => {
    const shortMs = Math.max(0, neededMs - (each.lengthMs ?? 0))
    return { ...each, fits: shortMs === 0, shortMs }
  })
  return { neededMs, byHandMs, against: { environment: against.name, windows } }
}
