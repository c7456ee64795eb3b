import type { AskWindows } from '../environment/open-windows.ts'
import { renderInstant } from '../environment/render-instant.ts'
import type { Finding } from '../step/preflight.ts'

/** The part of the calendar in which the run fits. */
export interface RunTime {
  readonly from: number
  readonly to: number
}

/** So many windows are looked at. */
const mostWindows = 100

/**
 * Whether the run fits into a window that is open now or comes.
 *
 * @param typicalMs how long the run typically takes; 0: nobody said so
 */
export function windowAhead(
  windows: AskWindows,
  now: number,
  typicalMs: number,
): { readonly finding: Finding; readonly time: RunTime | undefined } {
  const what = 'maintenance window'
  const minutes = Math.ceil(typicalMs / 60_000)
  const needed = typicalMs === 0 ? 'how long the run takes is not said' : `typically takes ${minutes} min`
  let tooShort = 0
  for (let at = now, looked = 0; looked < mostWindows; looked++) {
    const standing = windows(at)
    if (standing.open) {
      const { until, zone, title } = standing
      const end = until ?? Number.POSITIVE_INFINITY
      if (end - at >= typicalMs) {
        const time = { from: at, to: at + typicalMs }
        const name = title === undefined ? '' : `\`${title}\`, `
        const from = at === now ? 'open now' : `opens ${renderInstant(at, zone)}`
        const to = until === undefined ? '' : ` until ${renderInstant(until, zone)}`
        const passed = tooShort === 0 ? '' : `; ${tooShort} before it ${tooShort === 1 ? 'is' : 'are'} too short`
        return { finding: { what, verdict: 'good', detail: `${name}${from}${to}; ${needed}${passed}` }, time }
      }
      tooShort += 1
      at = end
    } else if (standing.opensAt === undefined) {
      const why = tooShort === 0 ? standing.why : `none of the ${tooShort} ahead is long enough: ${needed}`
      const hint = 'add a window to the environment, or shorten the run'
      return { finding: { what, verdict: 'bad', detail: why, hint }, time: undefined }
    } else at = standing.opensAt
  }
  const detail = `none of the next ${tooShort} is long enough: ${needed}`
  return {
    finding: { what, verdict: 'bad', detail, hint: 'widen a window of the environment' },
    time: undefined,
  }
}
