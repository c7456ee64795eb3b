import { access } from 'node:fs/promises'
import { localDisk } from '../journal/disk.ts'
import type { Entry } from '../journal/entry.ts'
import { readJournal } from '../journal/read-journal.ts'
import type { JsonObject } from '../step/json.ts'
import type { Outcome } from './events.ts'
import { keys, type RunBegun, type RunEnded, type StepSucceeded } from './records.ts'
import { journalPath, listRunIds, type StateFolder } from './state-folder.ts'

/** How far a run is: a fold over its journal and nothing else. */
export interface RunSummary {
  readonly begun: RunBegun
  readonly beganAt: string
  /** `closed`: it stopped before anything was started, and is not to be resumed. */
  readonly state: 'unfinished' | 'done' | 'closed'
  readonly steps: readonly StepSummary[]
  readonly outputs: JsonObject | undefined
  readonly head: { readonly records: number; readonly hash: string; readonly at: string }
  /** True when the last line was half written by a crash. */
  readonly torn: boolean
}

export interface StepSummary {
  readonly id: string
  readonly number: string
  readonly title: string
  readonly uses: string
  /** `begun`: started, no end recorded: running, or in doubt when nobody runs it. */
  readonly state: 'waiting' | 'begun' | 'done'
  readonly how: Outcome | undefined
  readonly effectId: string | undefined
  readonly approvedBy: readonly string[]
  readonly failures: readonly { readonly code: string; readonly message: string; readonly at: string }[]
  readonly outputs: JsonObject | undefined
}

/**
 * Reads one run.
 *
 * @throws {JournalError}
 */
export async function summarizeRun(state: StateFolder, runId: string): Promise<RunSummary> {
  const entries: Entry[] = []
  const torn = await readJournal(localDisk, journalPath(state, runId), (entry) => entries.push(entry))
  const [first] = entries
  const last = entries.at(-1)
  if (first === undefined || last === undefined) throw new Error('a journal has at least one line')
  const begun = first.value as unknown as RunBegun // the first record, written by `createRun` alone
  const values = new Map(entries.map((entry) => [entry.key, entry]))
  const ended = values.get(keys.ended)?.value as RunEnded | undefined // written by the kernel alone
  return {
    begun,
    beganAt: first.at,
    state: ended !== undefined ? 'done' : values.has(keys.closed) ? 'closed' : 'unfinished',
    steps: begun.steps.map((step) => ({ ...step, ...summarizeStep(step.id, values) })),
    outputs: ended?.outputs,
    head: { records: last.seq + 1, hash: last.hash, at: last.at },
    torn: torn !== undefined,
  }
}

/** All runs of a state folder, oldest first. A run whose journal never appeared did not begin. */
export async function summarizeRuns(state: StateFolder): Promise<readonly RunSummary[]> {
  const summaries: RunSummary[] = []
  for (const runId of await listRunIds(state)) {
    if (await exists(journalPath(state, runId))) summaries.push(await summarizeRun(state, runId))
  }
  // the ids of runs that began in the same second stand in no order
  return summaries.sort((one, other) => (one.beganAt < other.beganAt ? -1 : one.beganAt > other.beganAt ? 1 : 0))
}

function summarizeStep(
  id: string,
  values: ReadonlyMap<string, Entry>,
): Omit<StepSummary, 'id' | 'number' | 'title' | 'uses'> {
  const succeeded = values.get(keys.succeeded(id))?.value as StepSucceeded | undefined // written by `runStep` alone
  const started = values.get(keys.started(id))?.value as { readonly effectId: string } | undefined
  const failures = []
  for (let n = 0; ; n += 1) {
    const entry = values.get(keys.failed(id, n))
    if (entry === undefined) break
    const { code, message } = entry.value as { readonly code: string; readonly message: string } // written by `Attempts` alone
    failures.push({ code, message, at: entry.at })
  }
  const approvedBy = []
  for (let n = 0; values.has(keys.requested(id, n)); n += 1) {
    const given = values.get(keys.approved(id, n))?.value as { readonly by: readonly string[] } | undefined
    approvedBy.push(...(given?.by ?? []))
  }
  return {
    state: succeeded !== undefined ? 'done' : started !== undefined ? 'begun' : 'waiting',
    how: succeeded?.how,
    effectId: started?.effectId,
    approvedBy,
    failures,
    outputs: succeeded?.outputs,
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
