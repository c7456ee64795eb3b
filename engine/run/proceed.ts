import { join } from 'node:path'
import type { OpenedBindings } from '../environment/open-bindings.ts'
import { targetBoard } from '../environment/target-board.ts'
import type { Journal } from '../journal/journal.ts'
import type { Json, JsonObject } from '../step/json.ts'
import { openArtifacts } from './artifacts.ts'
import type { RunHost } from './host.ts'
import { interpret } from './kernel.ts'
import { LocalHost } from './local-host.ts'
import { thisProcess } from './process-identity.ts'
import { keys, type ProcessBegan, type RunBegun, type RunClosed } from './records.ts'
import type { RunDone, RunParts } from './run-parts.ts'
import { Interrupted, NeedsPerson, StepFailed } from './run-stop.ts'
import { runFolder } from './state-folder.ts'

export interface Proceeding {
  readonly begun: RunBegun
  readonly bindings: OpenedBindings
  readonly journal: Journal
  readonly recorded: ReadonlyMap<string, Json>
  readonly resumed: boolean
}

/** Runs a run from where its journal ends. */
export async function proceed(
  parts: RunParts,
  { begun, bindings, journal, recorded, resumed }: Proceeding,
): Promise<RunDone> {
  const { runbook, environment, emit } = parts
  const runId = begun.run
  const plain = new LocalHost({ ...parts, journal, recorded })
  const host = parts.aroundHost?.(plain) ?? plain
  try {
    await recordProcess(host, parts, bindings)
    const { kind, name } = environment
    const steps = begun.steps.map(({ id, number, title }) => ({ id, number, title }))
    emit({
      type: 'run-started',
      run: runId,
      runbook: runbook.name,
      title: runbook.title,
      environment: { name, kind },
      steps,
      resumed,
      stateFolder: parts.state.path,
    })
    emit({ type: 'head', at: 'start', ...host.head() })
    const outputs = await interpret({
      runId,
      toolSha256: begun.toolSha256,
      runbook,
      environment: { name, kind },
      inputs: begun.inputs,
      host,
      artifacts: await openArtifacts(join(runFolder(parts.state, runId), 'artifacts')),
      targets: targetBoard(environment, bindings.opened),
      bindingFacts: parts.bindingFacts,
    })
    emit({ type: 'head', at: 'end', ...host.head() })
    emit({ type: 'run-ended', run: runId, outcome: 'done', outputs })
    return { runId, outputs, head: host.head() }
  } catch (error) {
    await closeIfNothingStarted(host, begun, error)
    emit({ type: 'head', at: 'end', ...host.head() })
    emit({ type: 'run-ended', run: runId, outcome: outcomeOf(error) })
    throw error
  }
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
    runtime: 'Bun' in globalThis ? `bun ${process.versions['bun'] ?? ''}` : `node ${process.versions.node}`,
    environmentSha256: parts.environment.source.sha256,
    targets: Object.fromEntries([...bindings.opened].map(([name, { facts }]) => [name, facts])),
  }
  const value: JsonObject = { ...began }
  await host.record(keys.process(n), value)
}

/** A run that failed or was refused before anything was started needs no resume: the next `apply` begins anew. */
async function closeIfNothingStarted(host: RunHost, begun: RunBegun, error: unknown): Promise<void> {
  const final =
    error instanceof StepFailed ||
    (error instanceof NeedsPerson && (error.reason === 'refused' || error.reason === 'conflict'))
  if (!final) return
  if (begun.steps.some(({ id }) => isTouched(host, id))) return
  const closed: RunClosed = { because: error.message }
  await host.record(keys.closed, { ...closed })
}

/** Whether anything was started, or anybody gave a word for it. */
function isTouched(host: RunHost, id: string): boolean {
  if (host.recall(keys.started(id)) !== undefined || host.recall(keys.confirmed(id)) !== undefined) return true
  for (let n = 0; host.recall(keys.requested(id, n)) !== undefined; n += 1) {
    if (host.recall(keys.approved(id, n)) !== undefined) return true
  }
  return false
}

function outcomeOf(error: unknown): 'failed' | 'needs-person' | 'interrupted' {
  if (error instanceof Interrupted) return 'interrupted'
  return error instanceof NeedsPerson ? 'needs-person' : 'failed'
}
