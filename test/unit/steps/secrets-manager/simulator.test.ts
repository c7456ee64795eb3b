import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { operations } from '../../../../steps/secrets-manager/simulator/shapes.ts'
import { TestWorld } from '../aws/sandbox.ts'
import { refusal, startSecrets } from './secrets.ts'

const token = 't'.repeat(32)
const otherToken = 'u'.repeat(32)
const dayMs = 24 * 60 * 60_000

describe('the simulated Secrets Manager', () => {
  it('gives back what was stored, by name, ARN, and ARN without its end', async () => {
    const { client, world } = await startSecrets()
    const { ARN = '' } = await client.createSecret({ Name: 'app/pin', SecretString: '1234', ClientRequestToken: token })
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:app\/pin-[A-Za-z0-9]{6}$/)
    for (const SecretId of ['app/pin', ARN, ARN.slice(0, -7)])
      expect(await client.getSecretValue({ SecretId })).toMatchObject({
        ARN,
        Name: 'app/pin',
        SecretString: '1234',
        VersionId: token,
        VersionStages: ['AWSCURRENT'],
      })
    expect(world.lines).toMatchObject([{ service: 'secretsmanager', operation: 'CreateSecret', resource: ARN }])
    expect(JSON.stringify(world.lines)).not.toContain('1234')
  })

  it('keeps bytes, descriptions and tags', async () => {
    const { client } = await startSecrets()
    const Tags = [{ Key: 'a', Value: 'b' }]
    await client.createSecret({ Name: 'bytes', SecretBinary: Uint8Array.of(0, 255), Description: 'two bytes', Tags })
    const { SecretBinary } = await client.getSecretValue({ SecretId: 'bytes' })
    expect([...(SecretBinary ?? [])]).toEqual([0, 255])
    expect(await client.describeSecret({ SecretId: 'bytes' })).toMatchObject({ Description: 'two bytes', Tags })
  })

  it('knows a request by its token', async () => {
    const { client, world } = await startSecrets()
    const create = (ClientRequestToken: string, SecretString: string) =>
      client.createSecret({ Name: 'pin', ClientRequestToken, SecretString })
    const first = await create(token, '1')
    expect((await create(token, '1')).ARN).toBe(first.ARN)
    expect(await refusal(create(token, '2'))).toBe('ResourceExistsException')
    expect(await refusal(create(otherToken, '1'))).toBe('ResourceExistsException')
    const put = (ClientRequestToken: string, SecretString: string) =>
      client.putSecretValue({ SecretId: 'pin', ClientRequestToken, SecretString })
    expect((await put(otherToken, '2')).VersionStages).toEqual(['AWSCURRENT'])
    expect((await put(otherToken, '2')).VersionId).toBe(otherToken)
    expect(await refusal(put(otherToken, '3'))).toBe('ResourceExistsException')
    expect(world.effects).toEqual(['CreateSecret', 'PutSecretValue'])
  })

  it('moves its labels from version to version', async () => {
    const { client } = await startSecrets()
    await client.createSecret({ Name: 'pin', SecretString: '1', ClientRequestToken: token })
    await client.putSecretValue({ SecretId: 'pin', SecretString: '2', ClientRequestToken: otherToken })
    const value = async (more: object) => (await client.getSecretValue({ SecretId: 'pin', ...more })).SecretString
    expect(await value({})).toBe('2')
    expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('1')
    expect(await value({ VersionId: token })).toBe('1')
    await client.putSecretValue({ SecretId: 'pin', SecretString: '3', ClientRequestToken: 'v'.repeat(32) })
    expect((await client.describeSecret({ SecretId: 'pin' })).VersionIdsToStages).toEqual({
      [otherToken]: ['AWSPREVIOUS'],
      ['v'.repeat(32)]: ['AWSCURRENT'],
    })
    expect(await refusal(value({ VersionStage: 'AWSPENDING' }))).toBe('ResourceNotFoundException')
  })

  it('deletes after a time in which the name stays taken', async () => {
    const { client, world } = await startSecrets()
    await client.createSecret({ Name: 'pin', SecretString: '1' })
    expect(await refusal(client.deleteSecret({ SecretId: 'pin', RecoveryWindowInDays: 6 }))).toBe(
      'InvalidParameterException',
    )
    await client.deleteSecret({ SecretId: 'pin', RecoveryWindowInDays: 7 })
    expect(await refusal(client.getSecretValue({ SecretId: 'pin' }))).toBe('InvalidRequestException')
    expect(await refusal(client.createSecret({ Name: 'pin', SecretString: '2' }))).toBe('InvalidRequestException')
    expect((await client.describeSecret({ SecretId: 'pin' })).DeletedDate?.getTime()).toBe(
      world.clock.now() + 7 * dayMs,
    )
    world.pass(7 * dayMs)
    expect(await refusal(client.describeSecret({ SecretId: 'pin' }))).toBe('ResourceNotFoundException')
    await client.createSecret({ Name: 'pin', SecretString: '2' })
    await client.deleteSecret({ SecretId: 'pin', ForceDeleteWithoutRecovery: true })
    expect(await refusal(client.getSecretValue({ SecretId: 'pin' }))).toBe('ResourceNotFoundException')
  })

  it('refuses what the service refuses', async () => {
    const { client } = await startSecrets()
    expect(await refusal(client.getSecretValue({ SecretId: 'none' }))).toBe('ResourceNotFoundException')
    expect(await refusal(client.createSecret({ Name: 'no spaces' }))).toBe('ValidationException')
    expect(await refusal(client.createSecret({ Name: 'x', ClientRequestToken: 'short' }))).toBe('ValidationException')
    const both = { SecretString: '1', SecretBinary: Uint8Array.of(1) }
    expect(await refusal(client.createSecret({ Name: 'x', ...both }))).toBe('InvalidParameterException')
    await client.createSecret({ Name: 'empty' })
    expect(await refusal(client.getSecretValue({ SecretId: 'empty' }))).toBe('ResourceNotFoundException')
    expect(await refusal(client.putSecretValue({ SecretId: 'empty' }))).toBe('InvalidRequestException')
  })

  it('keeps everything over a restart, and gives the ledger the line that a crash left out', async () => {
    const world = new TestWorld()
    const first = await startSecrets(world)
    await first.client.createSecret({ Name: 'pin', SecretString: '1' })
    const { commit } = world.ledger
    world.ledger.commit = () => {
      throw new Error('killed before the line')
    }
    expect(await refusal(first.client.putSecretValue({ SecretId: 'pin', SecretString: '2' }))).not.toBe('nothing')
    world.ledger.commit = commit
    await first.running.stop()
    const second = await startSecrets(world)
    expect((await second.client.getSecretValue({ SecretId: 'pin' })).SecretString).toBe('2')
    expect(world.effects).toEqual(['CreateSecret', 'PutSecretValue'])
  })

  it('has requests as the published model has them', () => {
    interface Model {
      readonly operations: Record<string, { input: { required?: string[]; members: Record<string, unknown> } }>
    }
    const model = createRequire(import.meta.url)('aws-sdk/apis/secretsmanager-2017-10-17.min.json') as Model
    for (const [name, { required, members }] of Object.entries(operations)) {
      const input = model.operations[name]?.input
      expect(required).toEqual(input?.required)
      expect(Object.keys(input?.members ?? {})).toEqual(expect.arrayContaining(Object.keys(members)))
    }
  })
})
