import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Workshop } from './runbook.ts'
import { ledgerCounts, pinFileOf, portableRoot, startSandbox } from './sandbox-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'runbook-faults-'))
const workshop = new Workshop()

afterAll(() => {
  rmSync(folder, { recursive: true })
  workshop[Symbol.dispose]()
})

const onceEach = {
  'acm-pca.CreateCertificateAuthority': 1,
  'acm-pca.ImportCertificateAuthorityCertificate': 1,
  'acm-pca.IssueCertificate': 1,
  'acm-pca.RevokeCertificate': 1,
  'http.PUT': 1,
  'cloudhsm-hsm.key generate-asymmetric-pair': 1,
  'cloudhsm-hsm.key import': 1,
  'cloudhsm-hsm.key set-attribute': 1,
}

describe('portable-root with faults of the services', () => {
  it('repeats no effect whose answer was lost, was throttled, or failed before', async () => {
    const faults = [
      'acm-pca.CreateCertificateAuthority=throttlex2',
      'acm-pca.CreateCertificateAuthority=reset-after',
      'acm-pca.GetCertificateAuthorityCsr=fail',
      'acm-pca.ImportCertificateAuthorityCertificate=reset-before',
      'acm-pca.ImportCertificateAuthorityCertificate=reset-after',
      'acm-pca.IssueCertificate=reset-after',
      'acm-pca.RevokeCertificate=reset-after',
      'http.PUT=reset-after',
      'http.GET=throttle',
    ]
    await using sandbox = await startSandbox(join(folder, 'many'), [portableRoot], faults)
    const seen = await workshop.see([
      'apply',
      portableRoot,
      '--env',
      sandbox.environment,
      '--state',
      join(folder, 'many-state'),
      '--approve-all',
    ])
    expect(seen).toMatchObject({ exit: 0 })
    expect(ledgerCounts(sandbox.dir)).toEqual(onceEach)
  })

  for (const [fault, said] of [
    ['deny', 'denied'],
    ['clock-skew', 'clock'],
  ] as const) {
    it(`stops at \`${fault}\` with exit code 1, says so, and resumes`, async () => {
      await using sandbox = await startSandbox(
        join(folder, fault),
        [portableRoot],
        [`acm-pca.CreateCertificateAuthority=${fault}`],
      )
      const options = ['--state', join(folder, `${fault}-state`), '--approve-all']
      const stopped = await workshop.see(['apply', portableRoot, '--env', sandbox.environment, ...options])
      expect(stopped).toMatchObject({ exit: 1, stderr: expect.stringContaining(said) as unknown })
      expect(stopped.stderr).toContain('17 createSubordinate')
      expect(stopped.stderr).toContain('runbook resume RUN')
      expect(await workshop.see(['resume', ...options])).toMatchObject({ exit: 0 })
      expect(ledgerCounts(sandbox.dir)).toEqual(onceEach)
    })
  }

  it('shows no PIN and no credential in journal, output or arguments', async () => {
    await using sandbox = await startSandbox(join(folder, 'many'), [portableRoot])
    const secrets = ['rootToken', 'backupToken'].map((name) =>
      readFileSync(pinFileOf(sandbox.dir, name), 'utf8').trim(),
    )
    const found = spawnSync(
      'grep',
      ['-rlaF', ...secrets.flatMap((secret) => ['-e', secret]), join(folder, 'many-state')],
      { encoding: 'utf8' },
    )
    expect(secrets.every((secret) => secret.length > 8)).toBe(true)
    expect(found).toMatchObject({ status: 1, stdout: '' })
  })
})
