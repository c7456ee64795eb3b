import { createServer } from 'node:http'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { Secret } from '../../../../engine/step/secret.ts'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import { awsBinding } from '../../../../steps/aws/binding.ts'
import { isLoopback } from '../../../../steps/aws/loopback.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { failure } from '../acm-pca/run-step.ts'
import { capturedRequest } from './captured.ts'
import { openContext, startSandbox } from './sandbox.ts'

type Config = Parameters<typeof awsBinding.open>[0]

async function sandboxEntry(changed: JsonObject = {}) {
  const sandbox = await startSandbox(awsSimulator([acmPcaService()]))
  // The simulator's entry is valid against the schema: a test compares them.
  return { ...sandbox, entry: { ...sandbox.entry, ...changed } as unknown as Config }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the aws binding', () => {
  it('verifies the account with STS and tells who is calling', async () => {
    const { entry, world } = await sandboxEntry()
    const { capability, facts } = await awsBinding.open(entry, openContext())
    expect(facts).toEqual({
      account: '111122223333',
      callerArn: 'arn:aws:iam::111122223333:user/runbook-sandbox',
      region: 'us-east-1',
    })
    expect(capability.accountId).toBe('111122223333')
    expect(world.requests).toEqual(['sts:GetCallerIdentity'])
  })

  it('refuses another account or partition, and names both', async () => {
    const account = await sandboxEntry({ accountId: '999988887777' })
    expect(await failure(awsBinding.open(account.entry, openContext()))).toMatchObject({
      code: 'conflict',
      message: 'binding `aws` wants account `999988887777` (`aws`), found `111122223333` (`aws`)',
    })
    const partition = await sandboxEntry({ partition: 'aws-us-gov' })
    expect((await failure(awsBinding.open(partition.entry, openContext()))).message).toContain('(`aws-us-gov`), found')
  })

  it('looks again when asked to', async () => {
    const { entry, world } = await sandboxEntry()
    const { verify } = await awsBinding.open(entry, openContext())
    await verify()
    expect(world.requests).toHaveLength(2)
  })

  it('says authentication when the secret is wrong, to whoever keeps count of logins', async () => {
    const { entry } = await sandboxEntry()
    const seen: string[] = []
    const error = await failure(
      awsBinding.open(
        entry,
        openContext({
          login: ({ device, user, reference }, attempt) => {
            seen.push(`${device}, ${user}`)
            return attempt(new Secret(reference, 'wrong'))
          },
        }),
      ),
    )
    expect(error).toMatchObject({
      code: 'authentication',
      facts: { errorClass: 'SignatureDoesNotMatch', httpStatus: 403 },
    })
    expect(seen).toEqual([`AWS account 111122223333 at ${entry.endpoint}, ${entry.credentials?.accessKeyId}`])
    expect(JSON.stringify(error)).not.toContain('wrong')
  })

  it('carries the run in the user agent', async () => {
    const { entry } = await sandboxEntry()
    const { capability } = await awsBinding.open(entry, openContext({ runId: 'k3x9' }))
    const { headers } = await capturedRequest(capability)
    expect(headers['user-agent']).toContain('run/k3x9')
  })

  it.each([
    ['an endpoint that is not loopback', { endpoint: 'https://sts.amazonaws.com' }],
    ['no endpoint', { endpoint: undefined }],
    ['no credentials', { credentials: undefined }],
    ['a profile', { profile: 'default' }],
  ])('refuses %s in a sandbox', async (_name, changed) => {
    const { entry, world } = await sandboxEntry()
    const open = awsBinding.open({ ...entry, ...changed } as Config, openContext())
    expect((await failure(open)).code).toBe('invalid')
    expect(world.requests).toEqual([])
  })

  it('refuses endpoint and credentials outside a sandbox', async () => {
    const { entry, world } = await sandboxEntry()
    expect((await failure(awsBinding.open(entry, openContext({ sandbox: false })))).code).toBe('invalid')
    expect(world.requests).toEqual([])
  })

  it('claims account, partition and Region', () => {
    const claims = awsBinding.claims({ accountId: '111122223333', partition: 'aws', region: 'us-east-1' })
    expect(claims).toBe('AWS account 111122223333 (aws) in us-east-1')
  })
})

describe('in a sandbox', () => {
  it('no credential, profile, endpoint or setting of the operator is used', async () => {
    const home = mkdtempSync(join(tmpdir(), 'runbook-home-'))
    const trap = join(home, 'credential-process-ran')
    let trapped = 0
    const server = createServer((_request, response) => {
      trapped += 1
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const elsewhere = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
    mkdirSync(join(home, '.aws'))
    const profile = `credential_process = touch ${trap}\nregion = eu-west-3\nuse_fips_endpoint = true\nendpoint_url = ${elsewhere}\nretry_mode = adaptive\nmax_attempts = 9\n`
    writeFileSync(join(home, '.aws', 'config'), `[default]\n${profile}[profile real]\n${profile}`)
    writeFileSync(
      join(home, '.aws', 'credentials'),
      '[real]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n',
    )
    const planted = {
      HOME: home,
      AWS_PROFILE: 'real',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_SESSION_TOKEN: 'planted-session-token',
      AWS_REGION: 'eu-west-3',
      AWS_ENDPOINT_URL: elsewhere,
      AWS_ENDPOINT_URL_STS: elsewhere,
      AWS_ENDPOINT_URL_ACM_PCA: elsewhere,
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_MAX_ATTEMPTS: 'many',
      AWS_DEFAULTS_MODE: 'auto',
      HTTP_PROXY: elsewhere,
      http_proxy: elsewhere,
    }
    for (const [name, value] of Object.entries(planted)) vi.stubEnv(name, value)
    const { entry, world } = await sandboxEntry()
    const { capability, facts } = await awsBinding.open(entry, openContext())
    expect(facts['callerArn']).toBe('arn:aws:iam::111122223333:user/runbook-sandbox')
    const { headers, url } = await capturedRequest(capability)
    expect(headers['authorization']).toContain(`Credential=${entry.credentials?.accessKeyId}/`)
    expect(JSON.stringify(headers)).not.toMatch(/EXAMPLE|planted|eu-west-3/)
    expect(url.startsWith(String(entry.endpoint))).toBe(true)
    expect(world.requests).toEqual(['sts:GetCallerIdentity'])
    expect(existsSync(trap)).toBe(false)
    expect(trapped).toBe(0)
    server.close()
  })

  it.each([
    ['http://127.0.0.1:8080', true],
    ['http://127.8.9.1', true],
    ['http://[::1]:1', true],
    ['http://localhost:3000', true],
    ['https://127.0.0.1', false],
    ['http://127.0.0.1.example.com', false],
    ['http://example.com', false],
    ['http://0.0.0.0', false],
    ['http://10.0.0.1', false],
    ['127.0.0.1', false],
  ])('%s is loopback: %s', (endpoint, loopback) => {
    expect(isLoopback(endpoint)).toBe(loopback)
  })
})
