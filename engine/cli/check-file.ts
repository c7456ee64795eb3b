import { dirname, join } from 'node:path'
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts'
import { count } from '../diagnostics/list-names.ts'
import { readSource } from '../diagnostics/read-source.ts'
import { loadEnvironment } from '../document/load-environment.ts'
import { loadRunbook } from '../document/load-runbook.ts'
import { matchEnvironment } from '../document/match-environment.ts'
import type { Family } from '../step/family.ts'

export interface CheckedFile {
  readonly path: string
  /** `runbook portable-root 1.0.0, 9 steps`. */
  readonly summary: string
  readonly diagnostics: readonly Diagnostic[]
}

/** Checks one file of whichever kind, a runbook together with an environment when one is given. */
export async function checkFile(
  source: SourceFile,
  environment: SourceFile | undefined,
  families: readonly Family[],
): Promise<CheckedFile> {
  const { path, text } = source
  switch (kindOf(text)) {
    case 'runbook': {
      const { runbook, diagnostics } = await loadRunbook(source, families)
      if (runbook === undefined) return { path, summary: 'runbook', diagnostics }
      const summary = `runbook \`${runbook.name}\` ${runbook.version}, ${count(runbook.steps.length, 'step')}`
      if (environment === undefined) return { path, summary, diagnostics }
      const loaded = await loadEnvironment(environment, families)
      if (loaded.environment === undefined) return { path, summary, diagnostics: loaded.diagnostics }
      return {
        path,
        summary: `${summary}, fits environment \`${loaded.environment.name}\``,
        diagnostics: matchEnvironment(runbook, loaded.environment),
      }
    }
    case 'environment': {
      const loaded = await loadEnvironment(source, families)
      const { name, kind } = loaded.environment ?? { name: '', kind: '' }
      return { path, summary: `environment \`${name}\` (${kind})`, diagnostics: loaded.diagnostics }
    }
    case 'rehearsal':
      return checkRehearsal(source, families)
  }
}

/** By the key that each kind of document has; without one it is read as a runbook, whose mistakes tell. */
function kindOf(text: string): 'runbook' | 'environment' | 'rehearsal' {
  if (/^runbook:/m.test(text)) return 'runbook'
  if (/^environment:/m.test(text)) return 'environment'
  return /^rehearsal:/m.test(text) ? 'rehearsal' : 'runbook'
}

/** Checked against the runbook beside it, of which it is a part. */
async function checkRehearsal(source: SourceFile, families: readonly Family[]): Promise<CheckedFile> {
  const { path } = source
  const name = /^rehearsal:\s*["']?([^\s"'#]+)/m.exec(source.text)?.[1] ?? ''
  const beside = await readSource(join(dirname(path), `${name}.yaml`))
  const summary = `rehearsal of \`${name}\``
  if (beside.source === undefined) return { path, summary, diagnostics: beside.diagnostics }
  const { runbook, diagnostics } = await loadRunbook(beside.source, families)
  if (runbook === undefined) return { path, summary, diagnostics }
  const { loadRehearsal } = await import('../document/load-rehearsal.ts')
  return { path, summary, diagnostics: (await loadRehearsal(source, runbook, families)).diagnostics }
}
