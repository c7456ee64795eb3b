import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Diagnostic, SourceFile } from '../../engine/diagnostics/diagnostic.ts'
import { readSource } from '../../engine/diagnostics/read-source.ts'
import { renderDiagnostics } from '../../engine/diagnostics/render-diagnostic.ts'
import { loadEnvironment } from '../../engine/document/load-environment.ts'
import { loadRehearsal } from '../../engine/document/load-rehearsal.ts'
import { loadRunbook } from '../../engine/document/load-runbook.ts'
import { matchEnvironment } from '../../engine/document/match-environment.ts'
import { resolveInputs } from '../../engine/document/resolve-inputs.ts'
import type { Runbook } from '../../engine/document/runbook.ts'
import { families } from './families.ts'

/**
 * `ok/*.yaml` load without a word; `err/NAME.yaml` gives exactly `err/NAME.out`. Adding a case is adding two files;
 * `UPDATE_GOLDEN=1` writes the `.out` files. A file ending in `.environment.yaml` or `.rehearsal.yaml` is loaded as that. Its
 * lines `# runbook: FILE` and `# input: name=value` say which runbook of `ok/` it is for and what is given.
 */
const folder = import.meta.dirname
const update = process.env['UPDATE_GOLDEN'] === '1'

describe('files without mistakes', () => {
  it.each(filesIn('ok'))('%s', async (name) => {
    expect(await diagnosticsOf('ok', name)).toBe('')
  })
})

describe('files with mistakes', () => {
  it.each(filesIn('err'))('%s', async (name) => {
    const out = join(folder, 'err', name.replace(/\.yaml$/, '.out'))
    const found = `${await diagnosticsOf('err', name)}\n`
    expect(found).not.toBe('\n')
    if (update) writeFileSync(out, found)
    expect(found).toBe(existsSync(out) ? readFileSync(out, 'utf8') : '')
  })

  it('has no expected text without its file', () => {
    const outputs = readdirSync(join(folder, 'err')).filter((name) => name.endsWith('.out'))
    expect(outputs.map((name) => name.replace(/\.out$/, '.yaml')).sort()).toEqual(filesIn('err'))
  })
})

function filesIn(name: string): string[] {
  return readdirSync(join(folder, name))
    .filter((file) => file.endsWith('.yaml'))
    .sort()
}

async function diagnosticsOf(kind: string, name: string): Promise<string> {
  const { source, diagnostics } = await readSource(join(folder, kind, name))
  const found = source === undefined ? diagnostics : (await check(source)).map((each) => renamed(each, source, name))
  return renderDiagnostics(
    found.map((diagnostic) => ({ ...diagnostic, source: { ...diagnostic.source, path: shortPath(diagnostic) } })),
    { color: false },
  )
}

/** Files of the same folder are found by their whole path; what is shown is the bare name. */
function renamed(diagnostic: Diagnostic, { path }: SourceFile, name: string): Diagnostic {
  return diagnostic.source.path === path ? { ...diagnostic, source: { ...diagnostic.source, path: name } } : diagnostic
}

function shortPath({ source: { path } }: Diagnostic): string {
  return path.replace(`${folder}/`, '')
}

async function check(source: SourceFile): Promise<readonly Diagnostic[]> {
  if (source.path.endsWith('.environment.yaml')) {
    const { environment, diagnostics } = await loadEnvironment(source, families)
    const [wanted] = marked(source, 'runbook')
    if (environment === undefined || wanted === undefined) return diagnostics
    const runbook = await runbookFrom(wanted)
    const matched = matchEnvironment(runbook, environment)
    const inputs = await resolveInputs(runbook, { arguments: marked(source, 'input'), environment })
    return [...matched, ...inputs.diagnostics]
  }
  if (source.path.endsWith('.rehearsal.yaml')) {
    const runbook = await runbookFrom(marked(source, 'runbook')[0] ?? 'small.yaml')
    return (await loadRehearsal(source, runbook, families)).diagnostics
  }
  return (await loadRunbook(source, families)).diagnostics
}

function marked({ text }: SourceFile, word: string): string[] {
  return [...text.matchAll(new RegExp(`^# ${word}: (.*)$`, 'gm'))].map((line) => line[1] ?? '')
}

async function runbookFrom(name: string): Promise<Runbook> {
  const { source } = await readSource(join(folder, 'ok', name))
  if (source === undefined) throw new Error(`no runbook ok/${name}`)
  const { runbook, diagnostics } = await loadRunbook(source, families)
  if (runbook === undefined) throw new Error(renderDiagnostics(diagnostics, { color: false }))
  return runbook
}
