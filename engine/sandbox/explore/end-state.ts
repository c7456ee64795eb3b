import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { evaluate } from '../../expressions/template.ts'
import { summarizeRuns } from '../../run/run-summary.ts'
import { journalPath } from '../../run/state-folder.ts'
import { readLedger } from '../ledger.ts'
import type { ExploredWorld } from './explored-world.ts'
import { shapeOf, shapeOfName } from './shape.ts'

/** What is there at the end, a line each. Two runs that did the same have the same lines, each as often. */
export interface EndState {
  /** In the ledger. */
  readonly effects: readonly string[]
  /** Objects in the simulators, lines of files that outlive the run, steps that succeeded, outputs, expectations that hold. */
  readonly rest: readonly string[]
}

export async function endState({ sandbox, state, rehearsable }: ExploredWorld): Promise<EndState> {
  const runs = await summarizeRuns(state)
  const done = runs.find((run) => run.state === 'done')
  const outputs = done?.outputs ?? {}
  const effects = readLedger(sandbox.dir).map(({ service, operation }) => `${service}.${operation}`)
  const rest = [
    ...(await sandbox.inventory()),
    ...[...sandbox.folders].flatMap(([name, folder]) => linesOfFiles(name, folder)),
    ...(done === undefined ? [] : succeeded(readFileSync(journalPath(state, done.begun.run), 'utf8'))),
    ...runs.filter((run) => run.state === 'done').map(() => 'a run that is done'),
    ...Object.entries(outputs).map(([name, value]) => `output ${name}: ${shapeOf(JSON.stringify(value))}`),
    ...rehearsable.rehearsal.expect
      .filter(({ holds }) => done !== undefined && evaluate(holds, { outputs }) === true)
      .map(({ title }) => `expected: ${title}`),
  ]
  return { effects, rest }
}

/**
 * What is more, and what is less, than in an undisturbed run.
 *
 * @param takenBack whether a run on the way was taken back: then what counts is what is left, not how often it was done
 */
export function compareEnds(
  undisturbed: EndState,
  found: EndState,
  takenBack = false,
): { readonly doubled: readonly string[]; readonly lost: readonly string[] } {
  const lines = ({ effects, rest }: EndState): readonly string[] => (takenBack ? rest : [...effects, ...rest])
  return { doubled: minus(lines(found), lines(undisturbed)), lost: minus(lines(undisturbed), lines(found)) }
}

/** Multiset difference. */
function minus(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

function linesOfFiles(name: string, folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.flatMap((file) => {
    const path = join(file.parentPath, file.name)
    const place = `${name}/${shapeOfName(relative(folder, path))}`
    const text = textOf(readFileSync(path))
    if (text === undefined) return [`${place}: bytes`]
    const lines = shapeOf(text).split('\n')
    return lines.filter((line) => line !== '').map((line) => `${place}: ${line.trim()}`)
  })
}

/** `undefined`: it is no text. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined // wrapped keys, signatures
  }
}

function succeeded(journal: string): string[] {
  const lines = journal.slice(0, journal.lastIndexOf('\n') + 1).split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly key: string }).key) // as engine/run/README.md describes it
    .filter((key) => key.endsWith('/succeeded'))
    .map((key) => key.slice(0, -'/succeeded'.length))
    .map((key) => `${key.replaceAll(/\[([^\]]*)\]/g, (_, item: string) => `[${shapeOf(item)}]`)} succeeded`)
}
