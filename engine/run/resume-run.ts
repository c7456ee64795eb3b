import { continueRun, recordedEnd } from './continue-run.ts'
import { isPartial } from './end-of-undo.ts'
import { interpret } from './kernel.ts'
import type { RunDone, RunParts } from './run-parts.ts'
import { NeedsPerson } from './run-stop.ts'
import { undoneRun } from './take-back-run.ts'
import { lastUndo } from './undo-run.ts'

/**
 * Goes on with a run from where its journal ends: forward, or back where it is being taken back.
 *
 * @throws {NeedsPerson} as {@link continueRun} does; `refused` when it was taken back in part
 */
export function resumeRun(runId: string, parts: RunParts): Promise<RunDone> {
  return continueRun(runId, parts, {
    over(records) {
      const undo = lastUndo(records)
      if (undo === undefined) return recordedEnd(records)
      if (isPartial(undo))
        throw new NeedsPerson(
          'refused',
          `run \`${runId}\` was taken back as far as \`${undo.begun.to}\`, and goes forward no more`,
          { hint: `take back the rest: \`runbook undo ${runId}\`` },
        )
      return undoneRun(records, parts.runbook)
    },
    work: interpret,
  })
}
