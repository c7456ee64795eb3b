import type { DeclaredWindows } from '../document/declared-interval.ts'
import type { WindowStanding } from './windows.ts'

/** Asked before each step that changes something: an answer is kept for as long as it is one. */
export type AskWindows = (nowMs: number) => WindowStanding

/** Loads what knows time zones, and nothing when the environment declares neither windows nor freezes. */
export async function openWindows(declared: DeclaredWindows): Promise<AskWindows> {
  if (declared.windows.length === 0 && declared.freezes.length === 0) return () => alwaysOpen
  const { lastingStanding } = await import('./windows.ts')
  let kept: { readonly from: number; readonly to: number; readonly standing: WindowStanding } | undefined
  return (nowMs) => {
    // A clock may be set back, so what was true later is not taken for earlier.
    if (kept !== undefined && kept.from <= nowMs && nowMs < kept.to) return kept.standing
    const { standing, lastsUntil } = lastingStanding(declared, nowMs)
    kept = { from: nowMs, to: lastsUntil, standing }
    return standing
  }
}

const alwaysOpen: WindowStanding = { open: true, until: undefined, ends: undefined, title: undefined, zone: 'UTC' }
