import fs, { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import type { SimulatorWorld } from '../../../../engine/step/simulator.ts'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { cloudhsmService } from '../../../../steps/cloudhsm/simulator/service.ts'

// A sandbox in a process of its own, for tests that kill it. Arguments: its folder; where power is lost, as `before:N` or
// `after:N` the N-th line of the ledger, `file:N` before the N-th time that a file or folder is copied, moved or removed once
// the sandbox is ready (from 1, in this process), or `never`. At its end, after SIGTERM, it prints how many times that was.

const [, , folder = '', crash = 'never'] = process.argv
const [side, number] = crash.split(':')
const path = join(folder, 'ledger.jsonl')
let committed = 0
const clockPath = join(folder, 'skipped')
let skipped = existsSync(clockPath) ? Number(readFileSync(clockPath, 'utf8')) : 0
let changes = 0
let ready = false

const known = new Set(
  (existsSync(path) ? readFileSync(path, 'utf8') : '')
    .split('\n')
    .filter((line) => line !== '')
    // Written below alone.
    .map((line) => (JSON.parse(line) as { readonly id: string }).id),
)

function losePower(when: string, count: number): void {
  if (side === when && Number(number) === count) process.kill(process.pid, 'SIGKILL')
}

/** Counts the calls of a function of `node:fs`, also for those who have imported it already. */
function watch(name: 'cpSync' | 'renameSync' | 'rmSync'): void {
  const original = fs[name] as (...args: unknown[]) => void
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      if (ready) {
        changes += 1
        losePower('file', changes)
      }
      original(...args)
    },
  })
}

watch('cpSync')
watch('renameSync')
watch('rmSync')
syncBuiltinESMExports()

const world: SimulatorWorld = {
  folder: join(folder, 'aws'),
  tokenFolder: join(folder, 'aws', 'tokens'),
  clock: {
    now: () => Date.now() + skipped,
    advanceTo: (at) => {
      skipped = Math.max(skipped, at - Date.now())
      writeFileSync(clockPath, String(skipped))
    },
  },
  ledger: {
    commit: (line) => {
      committed += 1
      losePower('before', committed)
      if (line.id === undefined || !known.has(line.id)) appendFileSync(path, `${JSON.stringify(line)}\n`)
      if (line.id !== undefined) known.add(line.id)
      losePower('after', committed)
    },
  },
  faults: { take: () => undefined },
}

mkdirSync(world.tokenFolder, { recursive: true })
const running = await awsSimulator([acmPcaService(), cloudhsmService()]).start(world)
const { entry } = await running.binding('aws', {})
ready = true
process.once('SIGTERM', () => {
  process.stdout.write(`${changes}\n`, () => process.exit())
})
process.stdout.write(`${JSON.stringify(entry)}\n`)
