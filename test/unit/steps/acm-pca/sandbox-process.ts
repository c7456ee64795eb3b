import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SimulatorWorld } from '../../../../engine/step/simulator.ts'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'

// A sandbox in a process of its own, for tests that kill it. Arguments: its folder; where power is lost, as `before:N` or
// `after:N` the N-th line of the ledger (from 1, in this process), or `never`.

const [, , folder = '', crash = 'never'] = process.argv
const [side, number] = crash.split(':')
const path = join(folder, 'ledger.jsonl')
let committed = 0
let skipped = 0

const known = new Set(
  (existsSync(path) ? readFileSync(path, 'utf8') : '')
    .split('\n')
    .filter((line) => line !== '')
    // Written below alone.
    .map((line) => (JSON.parse(line) as { readonly id: string }).id),
)

function losePower(when: string): void {
  if (side === when && Number(number) === committed) process.kill(process.pid, 'SIGKILL')
}

const world: SimulatorWorld = {
  folder: join(folder, 'aws'),
  tokenFolder: join(folder, 'tokens'),
  clock: {
    now: () => Date.now() + skipped,
    advanceTo: (at) => {
      skipped = Math.max(skipped, at - Date.now())
    },
  },
  ledger: {
    commit: (line) => {
      committed += 1
      losePower('before')
      if (line.id === undefined || !known.has(line.id)) appendFileSync(path, `${JSON.stringify(line)}\n`)
      if (line.id !== undefined) known.add(line.id)
      losePower('after')
    },
  },
  faults: { take: () => undefined },
}

const running = await awsSimulator([acmPcaService()]).start(world)
const { entry } = await running.binding('aws', {})
process.stdout.write(`${JSON.stringify(entry)}\n`)
