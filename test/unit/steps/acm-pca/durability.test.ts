import { ACMPCA } from '@aws-sdk/client-acm-pca'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { killed, operationsIn, sandboxProgram, startKillable, type KillableSandbox } from '../aws/killable-sandbox.ts'
import { TestWorld, openAws } from '../aws/sandbox.ts'
import { blob, createdAuthority, exampleAuthority, makeRoot, refusal, signedFor, startPca } from './pca.ts'

let program = ''

beforeAll(async () => {
  program = await sandboxProgram()
})

interface Started extends KillableSandbox {
  readonly client: ACMPCA
}

async function started(folder: string, crash?: string): Promise<Started> {
  const sandbox = await startKillable(program, folder, crash)
  onTestFinished(() => void sandbox.child.kill('SIGKILL'))
  return { ...sandbox, client: new ACMPCA(clientConfig(await openAws(sandbox.entry))) }
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'runbook-killed-'))

describe('a sandbox that is killed', () => {
  it('comes back with everything that it answered', async () => {
    const folder = newFolder()
    const first = await started(folder)
    const { CertificateAuthorityArn } = await first.client.createCertificateAuthority(exampleAuthority)
    await refusal(first.client.getCertificateAuthorityCsr({ CertificateAuthorityArn }))
    const { Csr } = await first.client.getCertificateAuthorityCsr({ CertificateAuthorityArn })
    await killed(first)
    const second = await started(folder)
    expect(second.entry).toEqual(first.entry)
    await refusal(second.client.getCertificateAuthorityCsr({ CertificateAuthorityArn }))
    expect((await second.client.getCertificateAuthorityCsr({ CertificateAuthorityArn })).Csr).toBe(Csr)
    expect(operationsIn(folder)).toEqual(['CreateCertificateAuthority'])
    await killed(second)
  })

  it.each(['before:1', 'after:1'])('has one line in the ledger for one effect when power is lost %s', async (crash) => {
    const folder = newFolder()
    const first = await started(folder, crash)
    const gone = once(first.child, 'exit')
    const lost = await refusal(first.client.createCertificateAuthority({ ...exampleAuthority, IdempotencyToken: 'a' }))
    expect(lost).toBe('TimeoutError') // the client's name for a connection that was reset
    await gone
    const second = await started(folder)
    await refusal(second.client.createCertificateAuthority({ ...exampleAuthority, IdempotencyToken: 'a' }))
    await killed(second)
    await killed(await started(folder))
    expect(operationsIn(folder)).toEqual(['CreateCertificateAuthority'])
    expect(readdirSync(join(folder, 'aws', 'acm-pca'))).toHaveLength(1)
  })

  it.each(['before:2', 'after:2'])('has imported once when power is lost %s', async (crash) => {
    const folder = newFolder()
    const first = await started(folder, crash)
    const { CertificateAuthorityArn: arn = '' } = await first.client.createCertificateAuthority(exampleAuthority)
    const root = makeRoot()
    await refusal(first.client.getCertificateAuthorityCsr({ CertificateAuthorityArn: arn }))
    const pca = { client: first.client } as Parameters<typeof signedFor>[0] // all that it needs
    const signed = await signedFor(pca, arn, root)
    const gone = once(first.child, 'exit')
    await refusal(
      first.client.importCertificateAuthorityCertificate({
        CertificateAuthorityArn: arn,
        Certificate: blob(signed),
        CertificateChain: blob(root.certificate),
      }),
    )
    await gone
    const second = await started(folder)
    const look = async () =>
      (await second.client.describeCertificateAuthority({ CertificateAuthorityArn: arn })).CertificateAuthority?.Status
    const seen = [await look(), await look(), await look()]
    expect(seen.at(-1)).toBe('ACTIVE')
    expect(operationsIn(folder)).toEqual(['CreateCertificateAuthority', 'ImportCertificateAuthorityCertificate'])
    await killed(second)
  })
})

describe('opening the state of a sandbox', () => {
  it('ignores a file that was being written', async () => {
    const world = new TestWorld()
    const first = await startPca({ world })
    const arn = await createdAuthority(first)
    await first.running.stop()
    writeFileSync(join(world.folder, 'acm-pca', 'half.json.new'), '{"arn":')
    const second = await startPca({ world })
    expect((await second.client.listCertificateAuthorities({})).CertificateAuthorities).toMatchObject([{ Arn: arn }])
  })

  it('refuses a file that was damaged', async () => {
    const world = new TestWorld()
    const first = await startPca({ world })
    const arn = await createdAuthority(first)
    await first.running.stop()
    writeFileSync(join(world.folder, 'acm-pca', `${arn.split('/')[1]}.json`), '{}')
    await expect(startPca({ world })).rejects.toThrow()
  })
})
