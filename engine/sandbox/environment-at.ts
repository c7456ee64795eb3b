import { DocumentError } from '../diagnostics/document-error.ts'
import { readSource } from '../diagnostics/read-source.ts'
import type { Environment } from '../document/environment.ts'
import { loadEnvironment } from '../document/load-environment.ts'
import type { Family } from '../step/family.ts'

/** Loads the environment that a sandbox wrote. @throws {DocumentError} */
export async function environmentAt(path: string, families: readonly Family[]): Promise<Environment> {
  const { source, diagnostics } = await readSource(path)
  if (source === undefined) throw new DocumentError(diagnostics)
  const loaded = await loadEnvironment(source, families)
  if (loaded.environment === undefined) throw new DocumentError(loaded.diagnostics)
  return loaded.environment
}
