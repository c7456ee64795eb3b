import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../../engine/step/json.ts'
import { hostBinding } from '../../steps/command/binding.ts'
import { check } from '../../steps/command/check.ts'
import { run } from '../../steps/command/run.ts'
import { stepContract, type ContractWorld } from './step-contract.ts'

const planted = 'wJalrXUtnFEMI-planted-secret'

stepContract(check, () => machine({ argv: ['env'], expect: { stdoutContains: 'PATH=' } }))

stepContract(run, () => machine({ argv: ['mkdir', 'made'], check: { argv: ['test', '-d', 'made'] } }), {
  failures: [
    {
      title: 'a program that fails',
      during: 'apply',
      provoke: async ({ target }) => {
        await exec(target, ['touch', 'made'])
      },
      code: 'invalid',
      outcomeUnknown: true,
      recovers: false,
    },
  ],
})

// without a `check` nothing tells another run, and a second time is never tried
stepContract(run, () => machine({ argv: ['mkdir', 'made'] }), { firstLook: 'unknowable', seenByOthers: false })

function exec(target: unknown, argv: readonly [string, ...string[]]) {
  // the world below was given the capability of the host binding
  const host = target as Awaited<ReturnType<typeof hostBinding.open>>['capability']
  return host.exec(argv, { signal: new AbortController().signal })
}

async function machine(inputs: JsonObject): Promise<ContractWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'runbook-command-'))
  process.env['AWS_SECRET_ACCESS_KEY'] = planted
  const opened = await hostBinding.open(
    { transport: 'local', folder },
    {
      name: 'workstation',
      runId: 'contract-run',
      baseFolder: '/',
      sandbox: true,
      signal: new AbortController().signal,
      login: () => Promise.reject(new Error('this machine needs no credential')),
    },
  )
  return {
    target: opened.capability,
    inputs,
    fingerprint: async () => (await readdir(folder)).sort().join(' '),
    secrets: [planted],
    async close() {
      delete process.env['AWS_SECRET_ACCESS_KEY']
      await rm(folder, { recursive: true })
    },
  }
}
