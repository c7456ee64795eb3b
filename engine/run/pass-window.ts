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
  const why = closedBecause(execution, step)
  return why === undefined ? false : passOverridden(execution, step, 'step', why)
}

/** The same before something is taken back, whatever is ahead on the way forward. */
export async function passWindowBack(execution: Execution, step: Step): Promise<void> {
  const standing = execution.windows?.(execution.host.now())
  if (standing !== undefined && !standing.open) await passOverridden(execution, step, 'undo', standing.why)
}

async function passOverridden(
  execution: Execution,
  step: Step | Manual,
  of: 'step' | 'undo',
  why: string,
): Promise<boolean> {
  const { host, operators } = execution
  const place = of === 'step' ? step.address : `${step.address}/undo`
  const { recorded, standing } = standingClaim<OverrideRecorded>(host, (n) => keys.override(place, n))
  let claim = standing?.claim
  if (claim === undefined) {
    const answer = (await host.receive({
      ...{ kind: 'override', of, step: nameOf(step), n: recorded, what: 'window', why },
    })) as unknown as Override // every host answers an override request with one
    claim = { reason: answer.reason, by: answer.by, why, at: host.now() }
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
function closedBecause({ windows, host, runbook }: Execution, step: Step | Manual): string | undefined {
  const now = host.now()
  const standing = windows?.(now)
  if (standing === undefined) return undefined
  if (!standing.open) return standing.why
  if (standing.until === undefined) return undefined
  const neededMs = remainingMs(runbook, (address) => host.recall(keys.succeeded(address)) !== undefined)
  if (now + neededMs <= standing.until) return undefined
  host.emit({ type: 'window-short', until: new Date(standing.until).toISOString(), remainingMs: neededMs })
  if (step.pointOfNoReturn === undefined) return undefined
  const minutes = Math.ceil(neededMs / 60_000)
  return `${standing.ends ?? 'the window ends'}, and what is ahead typically takes ${minutes} minutes`
}

/** @throws {NeedsPerson} `window` when a run may not even begin now */
export function refuseClosedWindow(windows: AskWindows, now: number): void {
  const standing = windows(now)
  if (standing.open) return
  throw new NeedsPerson('window', standing.why, {
    hint: 'wait for the window, or begin with `--override-window REASON`, which people have to approve',
  })
}
