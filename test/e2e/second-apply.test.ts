import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Seen, Workshop } from './runbook.ts'
import { ledgerCounts, startSandbox } from './sandbox-process.ts'

/** What a second apply in the same sandbox is to end with, and what it is to say. `portable-root` is tried beside its refusals. */
interface Case {
  /** What people say. */
  readonly words?: readonly string[]
  /** Inputs of the second one that are others. */
  readonly second?: readonly string[]
  readonly exit: number
  readonly says: string
  /** Whether the services did something once more. */
  readonly changes: boolean
}

// by the ids of what people do
const decided = ['clients=seen', 'freeze=frozen', 'decision=stay', 'thaw=thawed']

const cases: Readonly<Record<string, Case>> = {
  'initialize-cluster': { exit: 4, says: 'is done once (`again: refuse`)', changes: false },
  'take-root-offline': { exit: 1, says: 'the cluster has no HSM; it is offline', changes: false },
  'bring-root-online': {
    words: ['custodians=present'],
    second: ['crlNumber=3', 'revokedSerials=[]', 'subordinateRequest='],
    ...{ exit: 0, says: 'root-3.crl.pem', changes: true },
  },
  'cross-region-backup': { exit: 0, says: '3 copy: done (found as wanted', changes: true },
  'migrate-hsm-type': { words: decided, exit: 1, says: 'its type is hsm2m.medium', changes: false },
  posture: { exit: 0, says: 'signed by the trust anchor', changes: false },
}

describe.concurrent('a second apply does what `again` says', { timeout: 300_000 }, () => {
  it.each(Object.entries(cases))('%s', async (name, { words = [], second = [], exit, says, changes }) => {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-second-'))
    using workshop = new Workshop()
    const runbook = new URL(`../../runbooks/${name}.yaml`, import.meta.url).pathname
    await using sandbox = await startSandbox(join(folder, 'sandbox'), [runbook])
    const apply = (inputs: readonly string[]): Promise<Seen> =>
      workshop.see([
        ...['apply', runbook, '--env', sandbox.environment, '--state', join(folder, 'state'), '--approve-all', '--yes'],
        ...words.flatMap((word) => ['--confirm', word]),
        ...inputs.flatMap((input) => ['--input', input]),
      ])
    const first = await apply([])
    expect(first).toMatchObject({ exit: 0 })
    const done = ledgerCounts(sandbox.dir)
    const again = await apply(second)
    expect(again).toMatchObject({ exit })
    expect(again.stdout + again.stderr).toContain(says)
    const doneBySecond = ledgerCounts(sandbox.dir)
    if (changes) expect(doneBySecond).not.toEqual(done)
    else expect(doneBySecond).toEqual(done)
    rmSync(folder, { recursive: true })
  })
})
