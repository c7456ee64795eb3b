import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Workshop } from './runbook.ts'
import { ledgerCounts, startSandbox } from './sandbox-process.ts'

it('a backup whose key does not sign is not taken for proven, and its clone is removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-proof-'))
  using workshop = new Workshop()
  const runbook = new URL('../../runbooks/cross-region-backup.yaml', import.meta.url).pathname
  await using sandbox = await startSandbox(join(folder, 'sandbox'), [runbook])
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const { stderr, exit } = await workshop.see([
    ...['apply', runbook, '--env', sandbox.environment, '--state', join(folder, 'state'), '--approve-all'],
    ...['--input', `knownKeyPublicPem=${other}`],
  ])
  expect(exit).toBe(1)
  expect(stderr).toContain('the copy is not proven, and no older one is deleted')
  expect(stderr).toMatch(/^go on: .*runbook undo RUN/m) // a resume would find the same again
  expect(ledgerCounts(sandbox.dir)).toMatchObject({
    ...{ 'cloudhsm.CreateCluster': 1, 'cloudhsm.DeleteHsm': 1, 'cloudhsm.DeleteCluster': 1 },
  })
  rmSync(folder, { recursive: true })
})

it('a password that cannot be read pauses the proof, which goes on once it can', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-proof-'))
  using workshop = new Workshop()
  const runbook = new URL('../../runbooks/cross-region-backup.yaml', import.meta.url).pathname
  await using sandbox = await startSandbox(join(folder, 'sandbox'), [runbook])
  const text = readFileSync(sandbox.environment, 'utf8')
  const [place = '', right = ''] = /password: file:(\S+appcu)\n/.exec(text) ?? []
  const elsewhere = join(folder, 'appcu')
  const environment = `${sandbox.environment.slice(0, -'.yaml'.length)}-elsewhere.yaml`
  writeFileSync(environment, text.replace(place, `password: file:${elsewhere}\n`))
  const state = ['--state', join(folder, 'state'), '--approve-all']
  const first = await workshop.see(['apply', runbook, '--env', environment, ...state])
  expect(first.stderr).toMatch(/proven: failed \(`invalid`.* cannot be read/)
  expect(first.stderr).not.toContain('tearDown: applying')
  copyFileSync(right, elsewhere)
  expect(await workshop.see(['resume', ...state])).toMatchObject({ exit: 0 })
  rmSync(folder, { recursive: true })
})
