import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Workshop } from './runbook.ts'
import { ledgerCounts, startSandbox } from './sandbox-process.ts'

it('a rollback that comes too late leaves the cluster as it is, and lets writers begin again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-late-'))
  using workshop = new Workshop()
  const runbook = new URL('../../runbooks/migrate-hsm-type.yaml', import.meta.url).pathname
  const place = join(folder, 'sandbox')
  const words = ['--state', join(folder, 'state'), '--approve-all', '--yes']
  const confirm = (...said: readonly string[]) => said.flatMap((each) => ['--confirm', each])
  {
    await using sandbox = await startSandbox(place, [runbook])
    const early = confirm('clients=seen', 'freeze=frozen')
    const until = ['--until', 'keySignsAfter']
    await workshop.see(['apply', runbook, '--env', sandbox.environment, ...words, ...early, ...until])
    expect(ledgerCounts(place)).toMatchObject({ 'cloudhsm.ModifyCluster': 1 })
  }
  const clock = join(place, 'clock.json')
  const { skippedMs } = JSON.parse(readFileSync(clock, 'utf8')) as { readonly skippedMs: number }
  writeFileSync(clock, JSON.stringify({ skippedMs: skippedMs + 25 * 60 * 60_000 }))
  await using sandbox = await startSandbox(place, []) // it knows what for
  const { stdout, stderr, exit } = await workshop.see([
    'resume',
    ...words,
    ...confirm('decision=roll back', 'thaw=thawed'),
  ])
  expect(stderr).toContain('THE CLUSTER COULD NOT BE ROLLED BACK any more')
  expect(stdout).toMatch(/^hsmType: hsm2m\.medium$/m)
  expect(stdout).toMatch(/^rolledBack: false$/m)
  expect(exit).toBe(1)
  expect(ledgerCounts(sandbox.dir)).toMatchObject({ 'cloudhsm.ModifyCluster': 1 })
  rmSync(folder, { recursive: true })
})
