import type { Manual, Step } from '../document/runbook.ts'
import { approve } from './approve.ts'
import type { Execution } from './execution.ts'
import { exceptionRule, exceptionText } from './exceptions.ts'
import type { Override } from './person-request.ts'
import { keys, type OverrideRecorded } from './records.ts'
import { remainingMs } from './remaining.ts'
import { NeedsPerson } from './run-stop.ts'
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
  if (why === undefined) return false
  const { host } = execution
  const key = keys.override(step.address, 0)
  let overridden = host.recall(key) as OverrideRecorded | undefined // written below alone
  if (overridden === undefined) {
    const answer = (await host.receive({
      kind: 'override',
      step: nameOf(step),
      n: 0,
      what: 'window',
      why,
    })) as unknown as Override
    overridden = { reason: answer.reason, by: answer.by, why, at: host.now() }
    await host.record(key, { ...overridden })
  }
  const { reason, by } = overridden
  const facts = [`closed    ${overridden.why}`, `reason    ${reason}`, `asked by  ${by}`]
  const asked = await approve(execution, step, {
    key,
    rule: exceptionRule(execution, step),
    text: (head) => exceptionText(execution, step, 'Override of the maintenance window before', facts, head),
  })
  return asked
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
