import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { Journal } from '../../engine/journal/journal.ts'
import { median, type Ratio } from './bench.ts'

interface Measured {
  readonly ms: number
  readonly mb: number
}

/**
 * What opening a journal of so many steps takes until each is known to be done, as a process of its own, against one that reads and hashes the same file as
 * one run of bytes.
 */
export async function resume(steps: number): Promise<readonly Ratio[]> {
  return inFolder(async (folder, child) => {
    const path = join(folder, 'journal.jsonl')
    await writeJournal(path, steps, {})
    const runs = Array.from({ length: 7 }, () => ({
      raw: measure(child, 'raw', path),
      open: measure(child, 'open', path),
    }))
    const raw = median(runs.map((run) => run.raw.ms))
    const open = median(runs.map((run) => run.open.ms))
    const mb = median(runs.map((run) => run.open.mb))
    return [
      {
        name: `resume of a ${steps}-step journal, CPU time of a process, against reading and hashing the file`,
        ratio: open / raw,
        goal: 'at most 1000 ms',
        measured: `${open.toFixed(0)} ms`,
        limit: `${raw.toFixed(0)} ms`,
      },
      {
        name: 'memory of the same, largest RSS',
        ratio: mb / 150,
        goal: 'at most 1',
        measured: `${mb.toFixed(0)} MB`,
        limit: '150 MB',
      },
    ]
  })
}

/** What a journal of so many megabytes takes for each, against one of a tenth. */
export async function largeJournal(megabytes: number): Promise<readonly Ratio[]> {
  return inFolder(async (folder, child) => {
    const small = join(folder, 'small.jsonl')
    const large = join(folder, 'large.jsonl')
    const outputs = { text: 'x'.repeat(100_000) }
    await writeJournal(small, megabytes, outputs)
    await writeJournal(large, megabytes * 10, outputs)
    const smallRun = measure(child, 'open', small)
    const largeRun = measure(child, 'open', large)
    return [
      {
        name: `resume of a journal of ${megabytes} MB, CPU time for each, against one of a tenth`,
        ratio: largeRun.ms / (smallRun.ms * 10),
        goal: 'at most 1.1',
        measured: `${largeRun.ms.toFixed(0)} ms`,
        limit: `${(smallRun.ms * 10).toFixed(0)} ms`,
      },
      {
        name: 'memory of the same, largest RSS, against that of the smaller one',
        ratio: largeRun.mb / smallRun.mb,
        goal: 'at most 2',
        measured: `${largeRun.mb.toFixed(0)} MB`,
        limit: `${smallRun.mb.toFixed(0)} MB`,
      },
    ]
  })
}

async function inFolder<T>(work: (folder: string, child: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-bench-'))
  try {
    const child = join(folder, 'resume-child.mjs')
    const entry = new URL('./resume-child.ts', import.meta.url).pathname
    await build({
      entryPoints: [entry],
      outfile: child,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
    })
    return await work(folder, child)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function measure(child: string, what: 'raw' | 'open', path: string): Measured {
  return JSON.parse(execFileSync(process.execPath, [child, what, path], { encoding: 'utf8' })) as Measured // of the child
}

/** As a run leaves it: two records a step, and a first one that lists the steps. */
async function writeJournal(path: string, steps: number, outputs: { readonly [name: string]: string }): Promise<void> {
  const list = Array.from({ length: steps }, (_, n) => ({
    id: `s${n}`,
    number: `${n + 1}`,
    title: 'Step',
    uses: 'bench.noop',
  }))
  await using journal = await Journal.create(path, 'run/begun', { steps: list })
  for (let from = 0; from < steps; from += 500) {
    const ids = list.slice(from, from + 500).map(({ id }) => id)
    await Promise.all(
      ids.flatMap((id) => [
        journal.append(`step/${id}/started`, {
          inputs: {},
          effectId: `20260101-000000-bench.${id}`,
          startedAt: 1_790_000_000_000,
          before: null,
        }),
        journal.append(`step/${id}/succeeded`, { outputs, how: 'made' }),
      ]),
    )
  }
}
