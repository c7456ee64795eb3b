import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from 'typebox'
import { sourceFile } from '../../engine/diagnostics/source-file.ts'
import { loadRunbook } from '../../engine/document/load-runbook.ts'
import { localDisk } from '../../engine/journal/disk.ts'
import { Journal } from '../../engine/journal/journal.ts'
import { openArtifacts } from '../../engine/run/artifacts.ts'
import { systemClock } from '../../engine/run/clock.ts'
import { interpret } from '../../engine/run/kernel.ts'
import { LocalHost } from '../../engine/run/local-host.ts'
import { RecordStore } from '../../engine/run/record-store.ts'
import { Stop } from '../../engine/run/stop.ts'
import type { Family } from '../../engine/step/family.ts'
import { defineStep } from '../../engine/step/step-type.ts'
import { median, type Ratio } from './bench.ts'

const nothing = Type.Object({}, { additionalProperties: false })
let done = new Set<string>()

const noop = defineStep({
  name: 'bench.noop',
  summary: 'Changes one thing in memory',
  version: 1,
  inputs: nothing,
  outputs: nothing,
  target: undefined,
  permissions: [],
  examples: [],
  effect: 'once',
  existing: 'refuse',
  settleMs: 0,
  check: async (_, { stepId }) => (done.has(stepId) ? { state: 'satisfied', outputs: {} } : { state: 'absent' }),
  apply: async (_, { stepId }) => {
    done.add(stepId)
    return undefined
  },
  undo: 'nothing',
})

const family: Family = { name: 'bench', summary: '', stepTypes: [noop], bindingKinds: [], simulators: [] }

/**
 * What the engine costs a step that does nothing, against the two fsynced appends that it cannot do without.
 *
 * @param rounds of which the median counts
 */
export async function stepCost(steps: number, rounds: number): Promise<Ratio> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-bench-'))
  try {
    const engine: number[] = []
    const bare: number[] = []
    for (let run = 0; run < rounds; run += 1) {
      const { ms, line } = await runSteps(join(folder, `journal-${run}`), steps)
      engine.push(ms)
      bare.push(await appendLines(join(folder, `bare-${run}`), line, steps * 2))
    }
    return {
      name: `a step that does nothing, ${steps} of them, against two fsynced appends`,
      ratio: median(engine) / median(bare),
      goal: 'at most 1.3',
      measured: `${(median(engine) / steps).toFixed(3)} ms`,
      limit: `${(median(bare) / steps).toFixed(3)} ms`,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function runSteps(path: string, steps: number): Promise<{ readonly ms: number; readonly line: Uint8Array }> {
  const text = runbookOf(steps)
  const { runbook, diagnostics } = await loadRunbook(sourceFile('bench.yaml', text), [family])
  if (runbook === undefined) throw new Error(diagnostics[0]?.message)
  done = new Set()
  await using journal = await Journal.create(path, 'run/begun', {})
  const host = new LocalHost({
    journal,
    runId: '20260101-000000-bench',
    memory: new RecordStore(path),
    clock: systemClock,
    people: { answer: () => Promise.reject(new Error('nobody')) },
    stop: new Stop(),
    emit: () => undefined,
  })
  const artifacts = await openArtifacts(`${path}-artifacts`)
  const targets = {
    capability: () => undefined,
    claims: () => [],
    verify: () => Promise.resolve(),
    isOpen: () => true,
    open: () => Promise.resolve({}),
  }
  const begun = performance.now()
  await interpret({
    runId: '20260101-000000-bench',
    toolSha256: '',
    runbook,
    environment: { name: 'bench', kind: 'test' },
    inputs: { items: Array.from({ length: steps }, (_, n) => `item-${n}`) },
    host,
    artifacts,
    targets,
    operators: [],
    exceptions: { role: 'change-approver', count: undefined },
    secrets: () => ({ create: () => Promise.reject(new Error('no step makes a secret')) }),
  })
  const ms = performance.now() - begun
  const chunks: Uint8Array[] = []
  for await (const chunk of localDisk.read(path)) chunks.push(chunk)
  const lines = Buffer.concat(chunks).toString().split('\n')
  return { ms, line: Buffer.from(`${lines[3] ?? ''}\n`) }
}

/** As many entries, or, where a file of them would be too long to review, as many items of a list. */
function runbookOf(steps: number): string {
  const head = 'runbook: bench\nformat: 1\nversion: 1.0.0\ntitle: Bench\nagain: repeat\n'
  const step = (id: string) => `{ id: ${id}, title: Step, uses: bench.noop }`
  if (steps <= longestFile)
    return `${head}steps:\n${Array.from({ length: steps }, (_, n) => `  - ${step(`s${n}`)}`).join('\n')}\n`
  return `${head}inputs:
  items: { type: array, items: { type: string }, description: Items }
steps:
  - id: all
    forEach: { in: "\${{ inputs.items }}" }
    steps:
      - ${step('each')}
`
}

const longestFile = 5_000

async function appendLines(path: string, line: Uint8Array, count: number): Promise<number> {
  const file = await open(path, 'a')
  try {
    const begun = performance.now()
    for (let n = 0; n < count; n += 1) {
      await file.write(line)
      await file.datasync()
    }
    return performance.now() - begun
  } finally {
    await file.close()
  }
}
