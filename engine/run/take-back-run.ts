import type { Runbook } from '../document/runbook.ts'
import { continueRun, recordedEnd } from './continue-run.ts'
import { endOfUndo, isPartial } from './end-of-undo.ts'
import type { RunHost } from './host.ts'
import { takeBack } from './kernel.ts'
import type { RunEnded } from './records.ts'
import type { RunDone, RunParts } from './run-parts.ts'
import { lastUndo } from './undo-run.ts'

/**
 * Takes a run back, because a person says so: what it made, newest first. One that ended can be taken back as well. Goes on where an
 * earlier process stopped.
 *
 * @param to the last entry to take back, itself included; absent: all
 * @throws {NeedsPerson} {StepFailed} {Interrupted}
 */
export function takeBackRun(runId: string, to: string | undefined, parts: RunParts): Promise<RunDone> {
  return continueRun(runId, parts, {
    over(records) {
      const undo = lastUndo(records)
      // an earlier command said the same: what it came to is told again
      return undo?.begun.to === (to ?? null) && !undo.begun.automatic ? undoneRun(records, parts.runbook) : undefined
    },
    work: (execution) => takeBack(execution, to),
  })
}

/** The end of a run that was taken back as far as it goes; `undefined` when something of that is left to do. */
export function undoneRun(records: Pick<RunHost, 'recall'>, runbook: Runbook): RunEnded | undefined {
  const undo = lastUndo(records)
  if (undo?.ended === undefined || recordedEnd(records) === undefined || isPartial(undo)) return undefined
  return endOfUndo(records, runbook, { ...undo, ended: undo.ended })
}
