import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { acmPca } from '../../../../steps/acm-pca/index.ts'
import { awsCli, hasAwsCli } from '../aws/aws-cli.ts'
import { startSandbox } from '../aws/sandbox.ts'

// The AWS CLI and OpenSSL drive the sandbox through a whole life cycle. They know its endpoint and credentials, and nothing of its
// inside: no setting, no clock.

const authority = {
  KeyAlgorithm: 'RSA_2048',
  SigningAlgorithm: 'SHA256WITHRSA',
  Subject: { Country: 'US', Organization: 'Example Corp', CommonName: 'Example Issuing CA 1' },
}

it.skipIf(!hasAwsCli)('lives a whole life with the AWS CLI', { timeout: 600_000 }, async () => {
  const [load] = acmPca.simulators
  const simulator = await load?.()
  if (simulator === undefined) throw new Error('nobody simulates AWS Private CA')
  const sandbox = await startSandbox(simulator)
  const folder = mkdtempSync(join(tmpdir(), 'runbook-pca-'))
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return name
  }
  const openssl = (...args: string[]): string =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  const ask = async (command: string, ...words: string[]): Promise<Record<string, unknown>> =>
    ((await awsCli(sandbox, ['acm-pca', command, ...words])) ?? {}) as Record<string, unknown>
  /** Asks again until the service has it. */
  const patiently = async (command: string, ...words: string[]): Promise<Record<string, unknown>> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await ask(command, ...words).catch((error: unknown) => {
        if (tries === 10) throw error
      })
      if (answer !== undefined) return answer
    }
  }

  const { CertificateAuthorityArn } = await ask(
    'create-certificate-authority',
    ...['--certificate-authority-type', 'SUBORDINATE'],
    ...['--certificate-authority-configuration', JSON.stringify(authority)],
    ...['--tags', 'Key=Name,Value=issuing'],
  )
  const of = ['--certificate-authority-arn', String(CertificateAuthorityArn)]
  const status = async (): Promise<unknown> =>
    ((await ask('describe-certificate-authority', ...of))['CertificateAuthority'] as { Status: string }).Status
  expect(await status()).toBe('CREATING')
  expect(await status()).toBe('PENDING_CERTIFICATE')

  const { Csr } = await ask('get-certificate-authority-csr', ...of)
  write('issuing.csr', String(Csr))
  openssl('genrsa', '-out', 'root.key', '2048')
  const root = ['-key', 'root.key', '-subj', '/CN=Example Root', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  openssl('req', '-new', '-x509', '-days', '3652', ...root, '-out', 'root.pem')
  const says = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign']
  write('ca.ext', [...says, 'subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid'].join('\n'))
  const by = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-extfile', 'ca.ext']
  openssl('x509', '-req', '-days', '1826', '-in', 'issuing.csr', ...by, '-out', 'issuing.pem')
  await ask(
    'import-certificate-authority-certificate',
    ...of,
    ...['--certificate', `fileb://${join(folder, 'issuing.pem')}`],
    ...['--certificate-chain', `fileb://${join(folder, 'root.pem')}`],
  )
  await status()
  expect(await status()).toBe('ACTIVE')

  openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'leaf.key',
    '-subj',
    '/CN=www.example.com',
    '-out',
    'leaf.csr',
  )
  const { CertificateArn } = await patiently(
    'issue-certificate',
    ...of,
    ...['--csr', `fileb://${join(folder, 'leaf.csr')}`],
    ...['--signing-algorithm', 'SHA256WITHRSA', '--validity', 'Value=30,Type=DAYS'],
  )
  const { Certificate } = await patiently('get-certificate', ...of, '--certificate-arn', String(CertificateArn))
  write('leaf.pem', String(Certificate))
  const chain = ['-CAfile', 'root.pem', '-untrusted', 'issuing.pem']
  expect(openssl('verify', '-x509_strict', ...chain, 'leaf.pem')).toBe('leaf.pem: OK\n')

  const serial = openssl('x509', '-in', 'leaf.pem', '-noout', '-serial').trim().replace('serial=', '')
  await ask('revoke-certificate', ...of, '--certificate-serial', serial, '--revocation-reason', 'SUPERSEDED')
  await ask('tag-certificate-authority', ...of, '--tags', 'Key=Owner,Value=pki')
  expect((await ask('list-tags', ...of))['Tags']).toEqual([
    { Key: 'Name', Value: 'issuing' },
    { Key: 'Owner', Value: 'pki' },
  ])
  const actions = ['IssueCertificate', 'GetCertificate', 'ListPermissions']
  await ask('create-permission', ...of, '--principal', 'acm.amazonaws.com', '--actions', ...actions)
  expect((await ask('list-permissions', ...of))['Permissions']).toMatchObject([{ Actions: actions }])

  await ask('update-certificate-authority', ...of, '--status', 'DISABLED')
  await ask('delete-certificate-authority', ...of, '--permanent-deletion-time-in-days', '7')
  expect(await status()).toBe('DELETED')
  await ask('restore-certificate-authority', ...of)
  expect(await status()).toBe('DISABLED')
  expect((await ask('list-certificate-authorities'))['CertificateAuthorities']).toMatchObject([
    { Arn: CertificateAuthorityArn, Status: 'DISABLED' },
  ])
})
