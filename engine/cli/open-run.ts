import { join } from 'node:path'
import type { SourceFile } from '../diagnostics/diagnostic.ts'
import { readSource } from '../diagnostics/read-source.ts'
import type { Environment } from '../document/environment.ts'
import type { Runbook } from '../document/runbook.ts'
import { type LastHandOver, refuseHandedOverRun } from '../run/hand-over-state.ts'
import { NeedsPerson } from '../run/run-stop.ts'
import type { RunSummary } from '../run/run-summary.ts'
import { runFolder, type StateFolder } from '../run/state-folder.ts'
import type { Surroundings } from './command.ts'
import { openEnvironment, openRunbook, openSource } from './open-documents.ts'
import type { Arguments } from './parse-arguments.ts'

/** The documents of a run that began. */
export interface RunSite {
  readonly runbook: Runbook
  readonly environment: Environment
}

/**
 * The runbook that a run began with, and its environment: `--env`, else the one it began with.
 *
 * @throws {NeedsPerson} `handed-over`, `changed`; {UsageError} {DocumentError}
 */
export async function openRun(
  args: Arguments,
  { families: load }: Surroundings,
  state: StateFolder,
  run: RunSummary,
): Promise<RunSite> {
  const handOver = await refuseHandedOverRun(state, run.begun.run)
  const families = await load()
  const runbook = await openRunbook(await unchangedRunbook(run, state, handOver), families)
  const environment = await openEnvironment(
    await openSource(args.value('env') ?? run.begun.environment.path),
    runbook,
    families,
  )
  return { runbook, environment }
}

/** A runbook that changed is refused by its hash, before anything else about it is looked at. */
async function unchangedRunbook(
  { begun }: RunSummary,
  state: StateFolder,
  handOver: LastHandOver | undefined,
): Promise<SourceFile> {
  const folder = runFolder(state, begun.run)
  // what was handed over brought its runbook with it
  const path = handOver === undefined ? begun.runbook.path : join(folder, handOver.sealed.runbook)
  const { sha256 } = begun.runbook
  const { source } = await readSource(path)
  if (source !== undefined && source.sha256 === sha256) return source
  const found = source === undefined ? 'cannot be read' : `changed: SHA-256 was ${sha256}, is ${source.sha256}`
  throw new NeedsPerson('changed', `runbook \`${path}\` of run \`${begun.run}\` ${found}`, {
    hint: `bring it back as it was: \`cp ${join(folder, 'runbook.yaml')} ${path}\``,
  })
}
