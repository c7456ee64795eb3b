import { access } from 'node:fs/promises'
import { readSource } from '../diagnostics/read-source.ts'
import type { SourceFile } from '../diagnostics/diagnostic.ts'
import { principalOf, type Environment, type InputValues } from '../document/environment.ts'
import { loadEnvironment } from '../document/load-environment.ts'
import { loadRunbook } from '../document/load-runbook.ts'
import { matchEnvironment, matchTargets } from '../document/match-environment.ts'
import { type GivenInputs, resolveInputs } from '../document/resolve-inputs.ts'
import type { Runbook } from '../document/runbook.ts'
import { thisProcess } from '../run/process-identity.ts'
import type { Family } from '../step/family.ts'
import { DocumentError } from '../diagnostics/document-error.ts'
import { UsageError } from './usage-error.ts'

/**
 * Reads a file that the command line names.
 *
 * @throws {UsageError} when there is none; {DocumentError} when it cannot be a document
 */
export async function openSource(path: string): Promise<SourceFile> {
  try {
    await access(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UsageError(`there is no file \`${path}\``)
  }
  const { source, diagnostics } = await readSource(path)
  if (source === undefined) throw new DocumentError(diagnostics)
  return source
}

/** @throws {DocumentError} */
export async function openRunbook(source: SourceFile, families: readonly Family[]): Promise<Runbook> {
  const { runbook, diagnostics } = await loadRunbook(source, families)
  if (runbook === undefined) throw new DocumentError(diagnostics)
  return runbook
}

/** What an environment must have for a runbook: `targets` are its bindings without its people. */
export type Wanted = 'all' | 'targets'

/** An environment that has what a runbook needs. @throws {DocumentError} */
export async function openEnvironment(
  source: SourceFile,
  runbook: Runbook,
  families: readonly Family[],
  wanted: Wanted = 'all',
): Promise<Environment> {
  const { environment, diagnostics } = await loadEnvironment(source, families)
  if (environment === undefined) throw new DocumentError(diagnostics)
  const lacking =
    wanted === 'targets'
      ? matchTargets(runbook, environment)
      : matchEnvironment(runbook, environment, principalOf(environment, thisProcess().user))
  if (lacking.length > 0) throw new DocumentError(lacking)
  return environment
}

/** @throws {DocumentError} naming the place each wrong value came from */
export async function openInputs(runbook: Runbook, given: GivenInputs): Promise<InputValues> {
  const { values, diagnostics } = await resolveInputs(runbook, given)
  if (values === undefined) throw new DocumentError(diagnostics)
  return values
}
