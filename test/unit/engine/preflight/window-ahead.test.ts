import { describe, expect, it } from 'vitest'
import type { AskWindows } from '../../../../engine/environment/open-windows.ts'
import { windowAhead } from '../../../../engine/preflight/window-ahead.ts'

const hour = 3_600_000

/** Windows, each `[from, to]` in hours; nothing opens behind the last. */
function windowsAt(...windows: readonly (readonly [number, number])[]): AskWindows {
  return (now) => {
    const here = windows.find(([from, to]) => from * hour <= now && now < to * hour)
    if (here !== undefined)
      return { open: true, until: here[1] * hour, ends: 'it ends', title: `W${here[0]}`, zone: 'UTC' }
    const next = windows.find(([from]) => from * hour > now)
    const why = 'no window is open'
    return { open: false, why, opensAt: next && next[0] * hour, title: undefined, zone: 'UTC' }
  }
}

const always: AskWindows = () => ({ open: true, until: undefined, ends: undefined, title: undefined, zone: 'UTC' })

describe('the maintenance window', () => {
  it('is good where none is declared', () => {
    expect(windowAhead(always, 0, 2 * hour)).toEqual({
      finding: { what: 'maintenance window', verdict: 'good', detail: 'open now; typically takes 120 min' },
      time: { from: 0, to: 2 * hour },
    })
  })

  it('is the first one ahead that is long enough, and says how many are not', () => {
    expect(windowAhead(windowsAt([0, 3], [10, 11], [20, 24]), 2 * hour, 2 * hour)).toEqual({
      finding: {
        what: 'maintenance window',
        verdict: 'good',
        detail:
          '`W20`, opens 1970-01-01 20:00 UTC until 1970-01-02 00:00 UTC; typically takes 120 min; 2 before it are too short',
      },
      time: { from: 20 * hour, to: 22 * hour },
    })
  })

  it('is bad when none is long enough, or none comes', () => {
    expect(windowAhead(windowsAt([10, 11]), 0, 2 * hour)).toMatchObject({
      finding: { verdict: 'bad', detail: 'none of the 1 ahead is long enough: typically takes 120 min' },
      time: undefined,
    })
    expect(windowAhead(windowsAt([10, 11]), 12 * hour, 0)).toMatchObject({
      finding: { verdict: 'bad', detail: 'no window is open' },
    })
  })

  it('ends looking where windows never end', () => {
    const hourly: AskWindows = (now) => {
      const until = (Math.floor(now / hour) + 1) * hour
      return { open: true, until, ends: 'it ends', title: undefined, zone: 'UTC' }
    }
    expect(windowAhead(hourly, 0, 2 * hour)).toMatchObject({ finding: { verdict: 'bad' } })
  })
})
