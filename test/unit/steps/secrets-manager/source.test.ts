import { describe, expect, it } from 'vitest'
import { StepError } from '../../../../engine/step/errors.ts'
import { secretsManagerSource } from '../../../../steps/secrets-manager/source.ts'
import { startSecrets } from './secrets.ts'

const signal = new AbortController().signal
const context = { what: 'cu at token 7', signal }
const storing = (effectId = 'k3x9.aaaaaa') => ({ what: 'secret `x`', effectId, signal })
const { store } = secretsManagerSource
if (store === undefined) throw new Error('nothing can be stored')

describe('a secret of Secrets Manager', () => {
  it('is its text, or one key of it', async () => {
    const { client, aws } = await startSecrets()
    const object = JSON.stringify({ pin: '0123', number: 77, flag: true })
    await client.createSecret({ Name: 'app/hsm', SecretString: object })
    expect(await secretsManagerSource.fetch('app/hsm', aws, context)).toBe(object)
    expect(await secretsManagerSource.fetch('app/hsm#pin', aws, context)).toBe('0123')
    expect(await secretsManagerSource.fetch('app/hsm#number', aws, context)).toBe('77')
    for (const [name, code] of [
      ['app/hsm#toString', 'not-found'],
      ['app/hsm#flag', 'invalid'],
      ['app/none', 'not-found'],
    ] as const)
      await expect(secretsManagerSource.fetch(name, aws, context)).rejects.toMatchObject({ code })
  })

  it('is not repeated where it is not what was wanted', async () => {
    const { client, aws } = await startSecrets()
    await client.createSecret({ Name: 'plain', SecretString: 'hunter2 hunter2' })
    await client.createSecret({ Name: 'bytes', SecretBinary: Buffer.from('hunter2 hunter2') })
    for (const name of ['plain#key', 'bytes']) {
      const error = await secretsManagerSource.fetch(name, aws, context).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'invalid' })
      if (StepError.is(error)) expect(`${error.stack} ${String(error.cause)} ${error.hint}`).not.toContain('hunter2')
    }
  })

  it('is asked for once', async () => {
    const { world, aws } = await startSecrets()
    for (const fault of ['fail', 'throttle', 'reset-before'] as const) {
      world.plan('secretsmanager:GetSecretValue', fault)
      world.requests.length = 0
      const code = fault === 'throttle' ? 'throttled' : 'transient'
      await expect(secretsManagerSource.fetch('x', aws, context)).rejects.toMatchObject({ code })
      expect(world.requests).toEqual(['secretsmanager:GetSecretValue'])
    }
  })

  it.each([
    'name',
    'a/b+c=d.e@f-g_h',
    'name#key with spaces',
    'arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf#k',
  ])('is called %s', (name) => {
    expect(name).toMatch(new RegExp(secretsManagerSource.names, 'u'))
  })

  it.each(['', '#key', 'name#', 'no spaces', 'a#b#c'])('is not called `%s`', (name) => {
    expect(name).not.toMatch(new RegExp(secretsManagerSource.names, 'u'))
  })
})

describe('a secret that is stored in Secrets Manager', () => {
  it('belongs to the effect that stored it', async () => {
    const { world, aws } = await startSecrets()
    expect(await store.read('pin', aws, storing())).toBeUndefined()
    await store.create('pin', 'made', aws, storing())
    expect(await store.read('pin', aws, storing())).toBe('made')
    await expect(store.read('pin', aws, storing('k3x9.bbbbbb'))).rejects.toMatchObject({
      code: 'conflict',
      message: 'secret `x`: secret `pin` is there already, and this effect did not make it',
    })
    await expect(store.create('pin', 'other', aws, storing('k3x9.bbbbbb'))).rejects.toMatchObject({ code: 'conflict' })
    expect(world.effects).toEqual(['CreateSecret'])
  })

  it('is found again when the answer was lost, and never made twice', async () => {
    const { world, aws } = await startSecrets()
    world.plan('secretsmanager:CreateSecret', 'reset-after')
    await expect(store.create('pin', 'made', aws, storing())).rejects.toMatchObject({ outcomeUnknown: true })
    expect(await store.read('pin', aws, storing())).toBe('made')
    // and if it could not be seen yet: the service knows the effect
    await expect(store.create('pin', 'made anew', aws, storing())).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.read('pin', aws, storing())).toBe('made')
    expect(world.effects).toEqual(['CreateSecret'])
  })

  it('is a conflict when it was changed or is to be deleted', async () => {
    const { client, aws } = await startSecrets()
    await store.create('pin', 'made', aws, storing())
    await client.putSecretValue({ SecretId: 'pin', SecretString: 'changed' })
    await expect(store.read('pin', aws, storing())).rejects.toMatchObject({ code: 'conflict' })
    await client.deleteSecret({ SecretId: 'pin' })
    await expect(store.read('pin', aws, storing())).rejects.toMatchObject({ code: 'conflict' })
  })

  it('never replaces what is there', async () => {
    const { client, aws } = await startSecrets()
    await client.createSecret({ Name: 'pin', SecretString: 'theirs' })
    await expect(store.read('pin', aws, storing())).rejects.toMatchObject({ code: 'conflict' })
    await expect(store.create('pin', 'ours', aws, storing())).rejects.toMatchObject({ code: 'conflict' })
    expect(await secretsManagerSource.fetch('pin', aws, context)).toBe('theirs')
  })

  it('is a whole one', async () => {
    const { aws } = await startSecrets()
    await expect(store.create('pin#key', 'x', aws, storing())).rejects.toMatchObject({ code: 'invalid' })
  })
})
