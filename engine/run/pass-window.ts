import type { Manual, Step } from '../document/runbook.ts'
import { approve } from './approve.ts'
import type { Execution } from './execution.ts'
import { exceptionRule, exceptionText } from './exceptions.ts'
import type { Override } from './person-request.ts'
import { keys, type OverrideRecorded } from './records.ts'
import { remainingMs } from './remaining.ts'
import { NeedsPerson } from './run-stop.ts'
import { standingClaim } from './standing-claim.ts'
import { nameOf } from './step-name.ts'
import type { AskWindows } from '../environment/open-windows.ts'

/**
 * Passes the maintenance window: open, and at a point of no return with time left for everything ahead; or overridden by a person
 * whose reason was approved.
 *
 * @returns true when a person was asked just now
 * @throws {NeedsPerson} `window`
 */
export async function passWindow(execution: Execution, step: Step | Manual): Promise<boolean> {
  const closed = closedBecause(execution, step)
  return closed === undefined ? false : passOverridden(execution, step, 'step', closed)
}

/** The same before something is taken back, whatever is ahead on the way forward. */
export async function passWindowBack(execution: Execution, step: Step): Promise<void> {
  const standing = execution.windows?.(execution.host.now())
  if (standing !== undefined && !standing.open) await passOverridden(execution, step, 'undo', closedNow(standing.why))
}

/** What stands in the way. */
interface Closed {
  readonly why: string
  /** Which freeze or closing time it is, whenever it is asked: an override of this one counts for no other one. */
  readonly interval: string
}

function closedNow(why: string): Closed {
  return { why, interval: why } // names the freeze and its end, or what opens next
}

async function passOverridden(
  execution: Execution,
  step: Step | Manual,
  of: 'step' | 'undo',
  { why, interval }: Closed,
): Promise<boolean> {
  const { host, operators } = execution
  const place = of === 'step' ? step.address : `${step.address}/undo`
  const isOfAnother = (key: string): boolean => {
    const earlier = host.recall(key) as OverrideRecorded | undefined // written below alone
    return (earlier?.interval ?? earlier?.why) !== interval
  }
  const { recorded, standing } = standingClaim<OverrideRecorded>(host, (n) => keys.override(place, n), isOfAnother)
  let claim = standing?.claim
  if (claim === undefined) {
    const answer = (await host.receive({
      ...{ kind: 'override', of, step: nameOf(step), n: recorded, what: 'window', why },
    })) as unknown as Override // every host answers an override request with one
    claim = { reason: answer.reason, by: answer.by, why, interval, at: host.now() }
    await host.record(keys.override(place, recorded), { ...claim })
  }
  const { reason, by } = claim
  const facts = [`closed    ${claim.why}`, `reason    ${reason}`, `asked by  ${by}`]
  const what = of === 'step' ? 'before' : 'before taking back'
  return approve({ ...execution, operators: [...new Set([...operators, by])] }, step, {
    key: standing?.key ?? keys.override(place, recorded),
    rule: exceptionRule(execution, step),
    text: (head) => exceptionText(execution, step, `Override of the maintenance window ${what}`, facts, head),
  })
}

/** `undefined`: nothing stands in the way. */
function closedBecause(execution: Execution, step: Step | Manual): Closed | undefined {
  const { windows, host } = execution
  const now = host.now()
  const standing = windows?.(now)
  if (windows === undefined || standing === undefined) return undefined
  if (!standing.open) return closedNow(standing.why)
  const { until, ends = 'the window ends' } = standing
  const noReturn = step.pointOfNoReturn !== undefined
  if (until === undefined || !(noReturn || isTimeToMeasure(windows, now))) return undefined
  const neededMs = remainingMs(execution.runbook, (address) => host.recall(keys.succeeded(address)) !== undefined)
  const measured = measurements.get(windows)
  const isShort = now + neededMs > until
  measurements.set(windows, { at: now, told: isShort ? until : measured?.told })
  if (!isShort) return undefined
  if (measured?.told !== until)
    host.emit({ type: 'window-short', until: new Date(until).toISOString(), remainingMs: neededMs })
  if (!noReturn) return undefined
  const minutes = Math.ceil(neededMs / 60_000)
  return { why: `${ends}, and what is ahead typically takes ${minutes} minutes`, interval: ends }
}

/** Everything ahead is measured now and then only: a long runbook would do nothing else. */
const measureEveryMs = 60_000

/** When what is ahead was last measured, and of which closing time it was told that it comes too early. */
const measurements = new WeakMap<AskWindows, { readonly at: number; readonly told: number | undefined }>()

function isTimeToMeasure(windows: AskWindows, now: number): boolean {
  const last = measurements.get(windows)?.at
  return last === undefined || now < last || now - last >= measureEveryMs
}

/** @throws {NeedsPerson} `window` when a run may not even begin now */
export function refuseClosedWindow(windows: AskWindows, now: number): void {
  const standing = windows(now)
  if (standing.open) return
  throw new NeedsPerson('window', standing.why, {
    hint: 'wait for the window, or begin with `--override-window REASON`, which people have to approve',
  })
}
