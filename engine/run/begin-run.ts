import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Environment, InputValues } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { leavesOf } from '../document/walk-entries.ts'
import { claimOf } from '../environment/target-board.ts'
import { createFileDurably, syncFolder } from '../journal/durable-file.ts'
import { Journal } from '../journal/journal.ts'
import { listEntries } from './list-entries.ts'
import { keys, type RunBegun } from './records.ts'
import { toolDigest } from './tool-digest.ts'
import { journalPath, runFolder, type StateFolder } from './state-folder.ts'

export interface BeginningParts {
  readonly runId: string
  readonly runbook: Runbook
  readonly environment: Environment
  readonly inputs: InputValues
  readonly toolVersion: string
  readonly plan: string | null
}

/** What is pinned when a run begins; resume compares with it. */
export function runBegun(parts: BeginningParts): RunBegun {
  const { runId, runbook, environment, inputs, toolVersion, plan } = parts
  const { name, version, title, source, bindings } = runbook
  return {
    run: runId,
    runbook: { name, version, title, path: resolve(source.path), sha256: source.sha256 },
    environment: {
      name: environment.name,
      kind: environment.kind,
      path: resolve(environment.source.path),
      sha256: environment.source.sha256,
    },
    inputs,
    tool: toolVersion,
    toolSha256: toolDigest(),
    stepTypes: Object.fromEntries(
      leavesOf(runbook).flatMap((leaf) => (leaf.kind === 'step' ? [[leaf.type.name, leaf.type.version] as const] : [])),
    ),
    scripts: Object.fromEntries(runbook.scripts),
    targets: Object.fromEntries([...bindings.keys()].map((binding) => [binding, claimOf(environment, binding)])),
    plan,
    steps: listEntries(runbook),
  }
}

/** Makes the run's folder, a copy of the runbook for whoever compares later, and the journal with its first record. */
export async function createRun(
  state: StateFolder,
  parts: BeginningParts,
): Promise<{ readonly journal: Journal; readonly begun: RunBegun }> {
  const folder = runFolder(state, parts.runId)
  await mkdir(folder, { mode: 0o700 })
  await createFileDurably(join(folder, 'runbook.yaml'), Buffer.from(parts.runbook.source.text))
  const begun = runBegun(parts)
  const journal = await Journal.create(journalPath(state, parts.runId), keys.begun, { ...begun })
  await syncFolder(join(state.path, 'runs'))
  return { journal, begun }
}
