import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Workshop } from './runbook.ts'
import { ledgerCounts, startSandbox } from './sandbox-process.ts'

it('a subordinate whose request is unfit keeps back neither the CRL nor the way offline', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-unfit-'))
  using workshop = new Workshop()
  const runbook = new URL('../../runbooks/bring-root-online.yaml', import.meta.url).pathname
  await using sandbox = await startSandbox(join(folder, 'sandbox'), [runbook])
  const { stderr, stdout, exit } = await workshop.see([
    ...['apply', runbook, '--env', sandbox.environment, '--state', join(folder, 'state'), '--approve-all', '--yes'],
    ...['--confirm', 'custodians=present', '--input', 'subordinateSubject=CN=Somebody Else'],
  ])
  expect(exit).toBe(1)
  expect(stderr).toMatch(/prepareSubordinate: failed \(`invalid`/)
  expect(stderr).not.toContain('signSubordinate: applying')
  expect(stderr).toContain('publishCrl: done (made')
  expect(stdout).toMatch(/^subordinate: none$/m)
  expect(ledgerCounts(sandbox.dir)).toMatchObject({ 'cloudhsm.CreateHsm': 1, 'cloudhsm.DeleteHsm': 1 })
  rmSync(folder, { recursive: true })
})
