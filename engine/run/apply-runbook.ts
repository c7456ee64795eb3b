import { openWindows } from '../environment/open-windows.ts'
import { createRun, runBegun } from './begin-run.ts'
import { takeLock } from './lock.ts'
import { refuseClosedWindow } from './pass-window.ts'
import { openRunBindings } from './open-run-bindings.ts'
import { proceed } from './proceed.ts'
import { RecordStore } from './record-store.ts'
import { refuseAgain } from './refuse-again.ts'
import { newRunId } from './run-id.ts'
import type { ApplyParts, RunDone } from './run-parts.ts'

/**
 * Applies a runbook once, as a new run.
 *
 * @throws {NeedsPerson} `locked`, `refused` (made by an earlier run, or one is unfinished), and what the kernel throws
 * @throws {BindingError} before anything was recorded
 * @throws {StepFailed} {@link Interrupted} {@link JournalError}
 */
export async function applyRunbook(parts: ApplyParts): Promise<RunDone> {
  const { state, runbook, environment } = parts
  const runId = newRunId(new Date())
  await using _lock = await takeLock(state, `run ${runId} of ${runbook.name}`)
  if (parts.beginOutsideWindow !== true) refuseClosedWindow(await openWindows(environment), parts.clock.now())
  await refuseAgain(state, runbook, runBegun({ ...parts, runId }))
  await using bindings = await openRunBindings(runId, parts)
  const { journal, begun } = await createRun(state, { ...parts, runId })
  await using _journal = journal
  using memory = new RecordStore(journal.path)
  return await proceed(parts, { begun, bindings, journal, memory, resumed: false })
}
