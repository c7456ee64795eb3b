import { dirname, join } from 'node:path'
import type { SourceFile } from '../diagnostics/diagnostic.ts'
import { DocumentError } from '../diagnostics/document-error.ts'
import { readSource } from '../diagnostics/read-source.ts'
import { loadRehearsal } from '../document/load-rehearsal.ts'
import { loadRunbook } from '../document/load-runbook.ts'
import type { Rehearsal } from '../document/rehearsal.ts'
import type { Runbook } from '../document/runbook.ts'
import type { Family } from '../step/family.ts'

/** A runbook and its rehearsal file. */
export interface Rehearsable {
  readonly runbook: Runbook
  readonly rehearsal: Rehearsal
}

/**
 * Loads a runbook and `NAME.rehearsal.yaml` beside it.
 *
 * @throws {DocumentError}
 */
export async function loadRehearsable(path: string, families: readonly Family[]): Promise<Rehearsable> {
  const { runbook, diagnostics } = await loadRunbook(await sourceAt(path), families)
  if (runbook === undefined) throw new DocumentError(diagnostics)
  const beside = join(dirname(path), `${runbook.name}.rehearsal.yaml`)
  const loaded = await loadRehearsal(await sourceAt(beside), runbook, families)
  if (loaded.rehearsal === undefined) throw new DocumentError(loaded.diagnostics)
  return { runbook, rehearsal: loaded.rehearsal }
}

async function sourceAt(path: string): Promise<SourceFile> {
  const { source, diagnostics } = await readSource(path)
  if (source === undefined) throw new DocumentError(diagnostics)
  return source
}
