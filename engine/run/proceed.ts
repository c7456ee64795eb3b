import { principalOf } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { entriesOfRunbook } from '../document/walk-entries.ts'
import type { OpenedBindings } from '../environment/open-bindings.ts'
import { openSecretStore } from '../environment/secret-store.ts'
import { openWindows } from '../environment/open-windows.ts'
import type { WindowStanding } from '../environment/windows.ts'
import { targetBoard } from '../environment/target-board.ts'
import type { PlacedEntry } from '../journal/entry.ts'
import type { Journal } from '../journal/journal.ts'
import type { JsonObject } from '../step/json.ts'
import { openArtifacts } from './artifacts.ts'
import type { Execution } from './execution.ts'
import type { ListedWindow } from './events.ts'
import { undoneBy } from './end-of-undo.ts'
import type { RunHost } from './host.ts'
import { interpret } from './kernel.ts'
import { lastUndo } from './undo-run.ts'
import { LocalHost, type Memory } from './local-host.ts'
import { thisProcess } from './process-identity.ts'
import { keys, type ProcessBegan, type RunBegun, type RunClosed, type RunEnded, type StepSucceeded } from './records.ts'
import type { RunDone, RunParts } from './run-parts.ts'
import { Interrupted, NeedsPerson, StepFailed, UntilReached } from './run-stop.ts'
import { estimatedMs, remainingMs } from './remaining.ts'
import { standardEstimateMs } from './remaining-estimate.ts'
import { artifactsPath } from './state-folder.ts'

export interface Proceeding {
  readonly begun: RunBegun
  readonly bindings: OpenedBindings
  readonly journal: Journal
  readonly memory: Memory
  readonly resumed: boolean
  /** What to do with it; absent: bring it to its end. */
  readonly work?: (execution: Execution) => Promise<RunEnded>
}

/** Runs a run from where its journal ends. */
export async function proceed(
  parts: RunParts,
  { begun, bindings, journal, memory, resumed, work = interpret }: Proceeding,
): Promise<RunDone> {
  const { runbook, environment, emit } = parts
  const runId = begun.run
  let touched = false
  const watched: Memory = {
    get: (key) => memory.get(key),
    keep(entry) {
      touched ||= touches(entry)
      memory.keep(entry)
    },
  }
  const plain = new LocalHost({ ...parts, runId, journal, memory: watched })
  const host = parts.aroundHost?.(plain) ?? plain
  try {
    await recordProcess(host, parts, bindings)
    const { kind, name } = environment
    const windows = await openWindows(environment)
    const estimates = new Map(
      [...entriesOfRunbook(runbook)].map((entry) => [entry.id, estimatedMs(entry) ?? standardEstimateMs]),
    )
    const steps = begun.steps.map((step) => ({ ...step, estimateMs: estimates.get(step.id) ?? standardEstimateMs }))
    emit({
      type: 'run-started',
      run: runId,
      runbook: runbook.name,
      title: runbook.title,
      environment: { name, kind },
      steps,
      resumed,
      stateFolder: parts.state.path,
      ...listedWindow(windows(host.now()), runbook, host),
    })
    emit({ type: 'head', at: 'start', ...host.head() })
    const ended = await work({
      runId,
      toolSha256: begun.toolSha256,
      runbook,
      environment: { name, kind },
      inputs: begun.inputs,
      host,
      artifacts: await openArtifacts(artifactsPath(parts.state, runId)),
      targets: targetBoard(environment, bindings),
      bindingFacts: parts.bindingFacts,
      until: parts.until,
      operators: operatorsOf(host),
      exceptions: parts.environment.exceptions,
      windows,
      // not through what the run makes later
      secrets: openSecretStore({ environment, opened: new Map(bindings.opened), signal: parts.stop.immediate }),
    })
    const { outputs, outcome } = ended
    emit({ type: 'head', at: 'end', ...host.head() })
    emit({ type: 'run-ended', run: runId, outcome, outputs })
    return { runId, ...ended, head: host.head() }
  } catch (error) {
    if (error instanceof UntilReached) {
      emit({ type: 'head', at: 'end', ...host.head() })
      emit({ type: 'run-ended', run: runId, outcome: 'paused' })
      const undo = lastUndo(host)
      const undone = undo?.ended === undefined ? {} : { undone: undoneBy({ ...undo, ended: undo.ended }) }
      return { runId, outputs: {}, outcome: 'paused', failures: [], exceptions: [], ...undone, head: host.head() }
    }
    if (!resumed && !touched) await closeIfFinal(host, error)
    emit({ type: 'head', at: 'end', ...host.head() })
    emit({ type: 'run-ended', run: runId, outcome: outcomeOf(error) })
    throw error
  }
}

function listedWindow(standing: WindowStanding, runbook: Runbook, host: RunHost): { readonly window?: ListedWindow } {
  if (!standing.open || standing.until === undefined || standing.ends === undefined) return {}
  const { title, until, zone, ends } = standing
  const ahead = remainingMs(runbook, (address) => host.recall(keys.succeeded(address)) !== undefined)
  const named = title === undefined ? {} : { title }
  const window = { ...named, until: new Date(until).toISOString(), zone, ends, short: host.now() + ahead > until }
  return { window }
}

/** Who works on it from here on, and what the targets turned out to be: cannot be rebuilt later. */
async function recordProcess(host: RunHost, parts: RunParts, bindings: OpenedBindings): Promise<void> {
  let n = 0
  while (host.recall(keys.process(n)) !== undefined) n += 1
  const { pid, host: machine, user } = thisProcess()
  const began: ProcessBegan = {
    pid,
    host: machine,
    user,
    principal: principalOf(parts.environment, user),
    runtime: 'Bun' in globalThis ? `bun ${process.versions['bun'] ?? ''}` : `node ${process.versions.node}`,
    environmentSha256: parts.environment.source.sha256,
    targets: Object.fromEntries([...bindings.opened].map(([name, { facts }]) => [name, facts])),
  }
  const value: JsonObject = { ...began }
  await host.record(keys.process(n), value)
}

/** A run that failed or was refused before anything was started needs no resume: the next `apply` begins anew. */
async function closeIfFinal(host: RunHost, error: unknown): Promise<void> {
  const final =
    error instanceof StepFailed ||
    (error instanceof NeedsPerson && (error.reason === 'refused' || error.reason === 'conflict'))
  if (!final) return
  const closed: RunClosed = { because: error.message }
  await host.record(keys.closed, { ...closed })
}

/** Something was begun, done by hand or gone past, or somebody gave a word for or against it. */
function touches({ key, value }: PlacedEntry): boolean {
  if (/\/(started|confirmed|gave-up|given\/\d+|rejected|resolution\/\d+|override\/\d+)$/.test(key)) return true
  if (!key.endsWith('/succeeded')) return false
  const { how } = value as unknown as StepSucceeded // written by the kernel alone
  return how === 'by-hand'
}

/** The principals of everybody who operated the run, this process's last. */
function operatorsOf(host: RunHost): readonly string[] {
  const operators = new Set<string>()
  for (let n = 0; ; n += 1) {
    const process = host.recall(keys.process(n)) as ProcessBegan | undefined // written by `recordProcess` alone
    if (process === undefined) return [...operators]
    const operator = process.principal ?? process.user
    operators.delete(operator) // whoever works on it now comes last
    operators.add(operator)
  }
}

function outcomeOf(error: unknown): 'failed' | 'needs-person' | 'interrupted' {
  if (error instanceof Interrupted) return 'interrupted'
  return error instanceof NeedsPerson ? 'needs-person' : 'failed'
}
