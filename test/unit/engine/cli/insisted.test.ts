import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder: string
let program: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runbook-insisted-'))
  program = join(folder, 'insisted-run.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'insisted-run.ts')],
    ...{ outfile: program, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
  })
})
afterAll(() => rm(folder, { recursive: true }))

/** What it said and how it ended, when each text that it says is answered by a signal. */
async function interrupted(signals: ReadonlyMap<string, NodeJS.Signals>): Promise<readonly [string, unknown]> {
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ['pipe', 'ignore', 'pipe'] })
  const waiting = new Map(signals)
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    for (const [text, signal] of waiting) {
      if (!said.includes(text)) continue
      waiting.delete(text)
      child.kill(signal)
    }
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return [said, signal ?? code]
}

it('ends at once when told twice, whatever the journal, and whoever reads it, take', async () => {
  const signals = new Map<string, NodeJS.Signals>([
    ['begun', 'SIGTERM'],
    ['stopping', 'SIGINT'],
  ])
  const [said, end] = await interrupted(signals)
  expect(said).toContain('1 first (made)')
  expect(said).toContain('runbook resume RUN')
  expect(end).toBe('SIGINT')
})
