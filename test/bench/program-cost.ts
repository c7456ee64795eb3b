import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Journal } from '../../engine/journal/journal.ts'
import { programEnvironment } from '../../engine/step/programs.ts'
import { localHost } from '../../steps/command/local-host.ts'
import { run } from '../../steps/command/run.ts'
import { contextFor } from '../contract/contract-context.ts'
import { median, type Ratio } from './bench.ts'

const rounds = 60
const effectId = '20261122-135012-k7m2q.abcdef'
const environment = programEnvironment(process.env, undefined)

/** What `command.run` and its two records cost, against a bare spawn and two fsynced appends. */
export async function programCost(): Promise<Ratio> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-bench-'))
  try {
    const measured: number[] = []
    const bare: number[] = []
    await using journal = await Journal.create(join(folder, 'journal'), 'run/begun', {})
    const file = await open(join(folder, 'bare'), 'a')
    // in turns, so that both meet the same load
    for (let round = 0; round < rounds; round += 1) {
      measured.push(await timed(() => runStep(journal, folder, round)))
      bare.push(await timed(() => runBare(file, folder)))
    }
    await file.close()
    return {
      name: '`command.run` of `true` with its two records against a bare spawn and two fsynced appends',
      ratio: median(measured) / median(bare),
      goal: 'at most 1.3',
      measured: `${median(measured).toFixed(2)} ms`,
      limit: `${median(bare).toFixed(2)} ms`,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function runStep(journal: Journal, folder: string, round: number): Promise<void> {
  const inputs = { argv: ['true'] }
  const target = localHost('here', { folder, environment })
  await run.check(inputs, contextFor<'host'>(target))
  await journal.append(`step/s${round}/started`, { inputs, effectId, startedAt: 0, before: null })
  const answer = (await run.apply(inputs, contextFor<'host'>(target, { effectId }))) ?? null
  await run.check(inputs, contextFor<'host'>(target, { effectId, answer }))
  await journal.append(`step/s${round}/succeeded`, { outputs: answer, how: 'made' })
}

async function runBare(file: Awaited<ReturnType<typeof open>>, folder: string): Promise<void> {
  const line = Buffer.from(`${'x'.repeat(300)}\n`)
  await file.write(line)
  await file.datasync()
  const child = spawn('true', [], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.resume()
  child.stderr.resume()
  await once(child, 'close')
  await file.write(line)
  await file.datasync()
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
