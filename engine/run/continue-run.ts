import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { syncFolder } from '../journal/durable-file.ts'
import { Journal } from '../journal/journal.ts'
import { runBegun } from './begin-run.ts'
import type { Execution } from './execution.ts'
import { refuseHandedOver } from './hand-over-state.ts'
import type { RunHost } from './host.ts'
import { takeLock } from './lock.ts'
import { openRunBindings } from './open-run-bindings.ts'
import { proceed } from './proceed.ts'
import { keys, type RunBegun, type RunClosed, type RunEnded } from './records.ts'
import { RecordStore } from './record-store.ts'
import type { RunDone, RunParts } from './run-parts.ts'
import { NeedsPerson } from './run-stop.ts'
import { journalPath } from './state-folder.ts'

/** What somebody wants of a run that began. */
export interface Continuing {
  /** How it ended, when there is nothing left to do. May refuse. */
  readonly over: (records: Pick<RunHost, 'recall'>) => RunEnded | undefined
  readonly work: (execution: Execution) => Promise<RunEnded>
}

/**
 * Opens a run that began, pinned to the runbook's hash, to the versions of this program and of the step types, and to what the targets
 * claim to be; other changes of the environment are taken and journaled. Then works on it.
 *
 * @throws {NeedsPerson} `changed`, `locked`, `handed-over`, and what the kernel throws
 */
export async function continueRun(runId: string, parts: RunParts, { over, work }: Continuing): Promise<RunDone> {
  const { state, runbook } = parts
  await using _lock = await takeLock(state, `run ${runId} of ${runbook.name}`)
  using memory = new RecordStore(journalPath(state, runId))
  await using journal = await Journal.open(journalPath(state, runId), (entry) => memory.keep(entry))
  await syncFolder(join(state.path, 'runs')) // a process killed at the run's beginning may not have come to it
  const records = { recall: (key: string) => memory.get(key) }
  await refuseHandedOver(state, runId, records)
  const begun = memory.get(keys.begun) as unknown as RunBegun // the first record, written by `createRun` alone
  const closed = memory.get(keys.closed) as RunClosed | undefined // written by `proceed` alone
  if (closed !== undefined)
    throw new NeedsPerson('refused', `run \`${runId}\` stopped before anything was started: ${closed.because}`, {
      hint: 'begin anew with `runbook apply`',
    })
  const ended = over(records)
  if (ended !== undefined) return { runId, ...ended, head: journal.head }
  refuseChanges(begun, runBegun({ ...parts, runId, inputs: begun.inputs, plan: begun.plan }))
  await using bindings = await openRunBindings(runId, parts)
  return await proceed(parts, { begun, bindings, journal, memory, resumed: true, work })
}

/** The end of the run as it was recorded. Journals of the first release say less. */
export function recordedEnd(records: Pick<RunHost, 'recall'>): RunEnded | undefined {
  const ended = records.recall(keys.ended) as Partial<RunEnded> | undefined // written by the kernel alone
  if (ended === undefined) return undefined
  return { ...{ outputs: {}, outcome: 'done', failures: [], exceptions: [] }, ...ended }
}

function refuseChanges(begun: RunBegun, now: RunBegun): void {
  const changes: string[] = []
  for (const [path, sha256] of Object.entries(begun.scripts ?? {})) {
    const is = now.scripts?.[path]
    if (is !== sha256) changes.push(`script \`${path}\` (SHA-256 was ${sha256}, is ${is ?? 'absent'})`)
  }
  if (begun.runbook.sha256 !== now.runbook.sha256)
    changes.push(`runbook \`${begun.runbook.path}\` (SHA-256 was ${begun.runbook.sha256}, is ${now.runbook.sha256})`)
  if (begun.tool !== now.tool) changes.push(`this program (was ${begun.tool}, is ${now.tool})`)
  for (const [name, version] of Object.entries(begun.stepTypes)) {
    const is = now.stepTypes[name]
    if (is !== version) changes.push(`step type \`${name}\` (was version ${version}, is ${is ?? 'absent'})`)
  }
  for (const [name, claim] of Object.entries(begun.targets)) {
    const is = now.targets[name]
    if (!isDeepStrictEqual(is, claim)) changes.push(`binding \`${name}\` (was ${claim}, is ${is ?? 'absent'})`)
  }
  if (changes.length === 0) return
  throw new NeedsPerson('changed', `run \`${begun.run}\` began with another ${changes.join('; another ')}`, {
    hint: 'bring back what it began with; a copy of its runbook lies beside its journal',
  })
}
