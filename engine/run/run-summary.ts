import { isThere } from '../journal/is-there.ts'
import { localDisk } from '../journal/disk.ts'
import { JournalError } from '../journal/journal-error.ts'
import { readEnds } from '../journal/read-ends.ts'
import { readJournal } from '../journal/read-journal.ts'
import { RunFold, type RunGlance, type RunState, type RunSummary } from './fold-run.ts'
import { keys, type RunBegun, type RunEnded } from './records.ts'
import { artifactsPath, journalPath, listRunIds, type StateFolder } from './state-folder.ts'

export type { RunGlance, RunState, RunSummary } from './fold-run.ts'
export type { StepSummary } from './fold-step.ts'

/**
 * Reads one run, once, from its beginning to its end. Memory grows with the number of steps, not of records or bytes.
 *
 * @throws {JournalError}
 */
export async function summarizeRun(state: StateFolder, runId: string): Promise<RunSummary> {
  const fold = new RunFold()
  const { torn } = await readJournal(localDisk, journalPath(state, runId), (entry) => fold.take(entry))
  return fold.summary(torn.bytes.length > 0)
}

/** All runs of a state folder, oldest first. A run whose journal never appeared did not begin. */
export async function summarizeRuns(state: StateFolder): Promise<readonly RunSummary[]> {
  return inOrder(state, (runId) => summarizeRun(state, runId))
}

/** The same, without reading journals where their first and last record tell enough. */
export async function glanceAtRuns(state: StateFolder): Promise<readonly RunGlance[]> {
  return inOrder(state, (runId) => glanceAtRun(state, runId))
}

async function glanceAtRun(state: StateFolder, runId: string): Promise<RunGlance> {
  const { first, last, torn } = await readEnds(journalPath(state, runId))
  // of lines that were written at once, an earlier one may be torn
  const alone = last.group === undefined
  const progress = !alone ? undefined : stateAfter(last.key, () => last.value as unknown as RunEnded) // written by the kernel alone
  if (progress === undefined) return await summarizeRun(state, runId)
  const { seq, hash, at } = last
  const begun = first.value as unknown as RunBegun // the first record, written by `createRun` alone
  return { begun, beganAt: first.at, state: progress, head: { records: seq + 1, hash, at }, torn }
}

/** @returns `undefined` where the last record alone does not tell: a run that ended may be taken back afterwards */
function stateAfter(lastKey: string, ended: () => RunEnded): RunState | undefined {
  if (lastKey === keys.ended) return ended().outcome ?? 'done'
  if (lastKey === keys.closed) return 'closed'
  if (lastKey === 'run/handed-over') return 'handed-over'
  const mayFollowTheEnd = /^(process|undo|run)\/|\/undo\//.test(lastKey) && lastKey !== keys.begun
  return mayFollowTheEnd ? undefined : 'unfinished'
}

async function inOrder<T extends RunGlance>(
  state: StateFolder,
  read: (runId: string) => Promise<T>,
): Promise<readonly T[]> {
  const runs: T[] = []
  for (const runId of await listRunIds(state)) {
    if (await isThere(journalPath(state, runId))) runs.push(await read(runId))
    // made behind the first record: a run that was killed before its journal appeared has none
    else if (await isThere(artifactsPath(state, runId)))
      throw new JournalError(
        'missing',
        `run \`${runId}\` has begun, and its journal \`${journalPath(state, runId)}\` is gone`,
        {
          hint: 'bring it back from a backup: without it nobody knows what was done; or move the folder of the run away, if you know',
        },
      )
  }
  // the ids of runs that began in the same second stand in no order
  return runs.sort((one, other) => (one.beganAt < other.beganAt ? -1 : one.beganAt > other.beganAt ? 1 : 0))
}
