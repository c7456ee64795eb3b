import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { acmPcaService } from '../../../../steps/acm-pca/simulator/service.ts'
import { awsBinding } from '../../../../steps/aws/binding.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import type { AwsService } from '../../../../steps/aws/simulator/service.ts'
import { callerIdentity } from '../../../../steps/aws/sts.ts'
import { capturedRequest, sendRaw, type RawRequest } from './captured.ts'
import { openAws, startSandbox, TestWorld } from './sandbox.ts'

const start = (world?: TestWorld) => startSandbox(awsSimulator([acmPcaService()]), {}, world)

describe('the wire server', () => {
  it('answers a signed request with JSON 1.1 and a request id', async () => {
    const aws = await openAws((await start()).entry)
    const { status, headers, body } = await sendRaw(await capturedRequest(aws))
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.1')
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
    expect(body).toEqual({ CertificateAuthorities: [] })
  })

  const withHeader = (request: RawRequest, name: string, value: string): RawRequest => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  })

  it.each<[string, (request: RawRequest) => RawRequest, string]>([
    ['an unknown service', (request) => withHeader(request, 'x-amz-target', 'Else.Do'), 'UnknownOperationException'],
    [
      'an unknown operation',
      (request) => withHeader(request, 'x-amz-target', 'ACMPrivateCA.Do'),
      'UnknownOperationException',
    ],
    ['no signature', (request) => withHeader(request, 'authorization', ''), 'MissingAuthenticationTokenException'],
    [
      'an access key that it did not give',
      (request) =>
        withHeader(
          request,
          'authorization',
          String(request.headers['authorization']).replace(/=\w+\//, '=AKIAIOSFODNN7EXAMPLE/'),
        ),
      'UnrecognizedClientException',
    ],
    [
      'a signature for another service',
      (request) =>
        withHeader(request, 'authorization', String(request.headers['authorization']).replace('/acm-pca/', '/s3/')),
      'InvalidSignatureException',
    ],
    [
      'a signature for another Region',
      (request) =>
        withHeader(
          request,
          'authorization',
          String(request.headers['authorization']).replace('us-east-1', 'eu-west-1'),
        ),
      'InvalidSignatureException',
    ],
    ['a body that was changed', (request) => ({ ...request, body: '{"MaxResults":1}' }), 'InvalidSignatureException'],
    [
      'a header that was changed',
      (request) => withHeader(request, 'x-amz-target', 'ACMPrivateCA.ListTags'),
      'InvalidSignatureException',
    ],
  ])('refuses %s', async (_name, change, errorClass) => {
    const aws = await openAws((await start()).entry)
    const { status, body } = await sendRaw(change(await capturedRequest(aws)))
    expect(status).toBe(400)
    expect(body).toMatchObject({ __type: errorClass })
  })

  it('refuses a signature that is more than five minutes off, either way', async () => {
    const aws = await openAws((await start()).entry)
    for (const systemClockOffset of [-6 * 60_000, 6 * 60_000]) {
      const { body } = await sendRaw(await capturedRequest(aws, {}, { systemClockOffset }))
      expect(body).toMatchObject({
        __type: 'InvalidSignatureException',
        message: expect.stringMatching(/^Signature expired/),
      })
    }
    expect((await sendRaw(await capturedRequest(aws, {}, { systemClockOffset: 4 * 60_000 }))).status).toBe(200)
  })

  it('names every violated constraint in one message, in the manner of AWS', async () => {
    const aws = await openAws((await start()).entry)
    const { body } = await sendRaw(await capturedRequest(aws, { MaxResults: 0, NextToken: '' }))
    expect(body).toEqual({
      __type: 'ValidationException',
      message:
        "2 validation errors detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1; " +
        "Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1",
    })
  })

  it('refuses a wrong JSON type as unserializable', async () => {
    const aws = await openAws((await start()).entry)
    // What a typed client cannot send.
    const input = { MaxResults: 'many' } as unknown as { MaxResults: number }
    const { body } = await sendRaw(await capturedRequest(aws, input))
    expect(body).toMatchObject({ __type: 'SerializationException' })
  })

  it('spells the text of an error as the service does', async () => {
    const capital: AwsService = { ...acmPcaService(), messageMember: 'Message' }
    const aws = await openAws((await startSandbox(awsSimulator([capital]))).entry)
    const { body } = await sendRaw(await capturedRequest(aws, { MaxResults: 0 }))
    expect(body).toHaveProperty('Message')
    expect(body).not.toHaveProperty('message')
  })

  it('says 404 to a GET of what nobody serves', async () => {
    const { endpoint } = await start()
    expect((await fetch(`${endpoint}/anything`)).status).toBe(404)
  })
})

describe('the simulator', () => {
  it('gives an entry that its binding kind takes, with a secret that only the owner reads', async () => {
    const { entry } = await start()
    expect(Value.Check(awsBinding.config, entry)).toBe(true)
    const { secretAccessKey } = entry['credentials'] as { secretAccessKey: string }
    expect(statSync(secretAccessKey.slice('file:'.length)).mode & 0o077).toBe(0)
  })

  it('comes back with the same port, the same keys and the same world', async () => {
    const world = new TestWorld()
    const first = await start(world)
    await first.running.stop()
    const second = await start(world)
    expect(second.entry).toEqual(first.entry)
  })

  it('gives each account and Region its own key', async () => {
    const { running } = await start()
    const one = await running.binding('a', { accountId: '444455556666', region: 'eu-central-1' })
    const other = await running.binding('b', { accountId: '444455556666', region: 'us-east-1' })
    expect(one.entry).toMatchObject({ accountId: '444455556666', partition: 'aws', region: 'eu-central-1' })
    expect(one.entry['credentials']).not.toEqual(other.entry['credentials'])
    const { arn, accountId } = await callerIdentity(await openAws(one.entry), new AbortController().signal)
    expect({ arn, accountId }).toEqual({
      arn: 'arn:aws:iam::444455556666:user/runbook-sandbox',
      accountId: '444455556666',
    })
  })

  it('keeps its secrets out of its other files', async () => {
    const { world, entry } = await start()
    const { secretAccessKey } = entry['credentials'] as { secretAccessKey: string }
    const secret = readFileSync(secretAccessKey.slice('file:'.length), 'utf8')
    for (const name of ['accounts.json', 'server.json']) {
      expect(existsSync(join(world.folder, name))).toBe(true)
      expect(readFileSync(join(world.folder, name), 'utf8')).not.toContain(secret)
    }
  })

  it('becomes one with the simulator of another family, each service once', async () => {
    const other: AwsService = { ...acmPcaService(), name: 'other', title: 'Other', targetPrefix: 'Other' }
    const joined = awsSimulator([acmPcaService()]).join?.(awsSimulator([acmPcaService(), other]))
    expect(joined?.name).toBe('simulated AWS')
    expect(() => awsSimulator([]).join?.({ ...awsSimulator([]), bindingKind: 'else' })).toThrow('is no simulated AWS')
  })
})
