import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { openWindows } from '../environment/open-windows.ts'
import { remainingMs } from '../run/remaining.ts'
import { clockLook, type Finding } from '../step/preflight.ts'
import { approverKeys } from './approver-keys.ts'
import { diskSpace } from './disk-space.ts'
import type { PlacedFinding } from './preflight.ts'
import { windowAhead } from './window-ahead.ts'

export interface OwnParts {
  readonly runbook: Runbook
  readonly environment: Environment
  /** Absolute path of the state folder, which need not be there. */
  readonly statePath: string
  /** The principal of whoever is about to run it. */
  readonly operator: string
  /** Milliseconds since the epoch on the run's clock. */
  readonly now: () => number
}

/** What no family knows of. */
export async function ownFindings(
  { runbook, environment, statePath, operator, now }: OwnParts,
  seen: readonly PlacedFinding[],
): Promise<readonly PlacedFinding[]> {
  const typicalMs = remainingMs(runbook, () => false)
  const { finding, time } = windowAhead(await openWindows(environment), now(), typicalMs)
  const signers = await approverKeys(runbook, environment, operator, time ?? { from: now(), to: now() + typicalMs })
  const clock: Finding = { what: 'clock', verdict: 'unknown', detail: 'no binding tells another time' }
  const of = (look: string, findings: readonly Finding[]): readonly PlacedFinding[] =>
    findings.map((each) => ({ binding: null, look, ...each }))
  return [
    ...of('disk', [await diskSpace('disk space of the state folder', statePath)]),
    ...(seen.some(({ look }) => look === clockLook) ? [] : of(clockLook, [clock])),
    ...of('window', [finding]),
    ...of('approvers', signers),
  ]
}
