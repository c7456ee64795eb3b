import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { activate } from '../../../../steps/cloudhsm/activate.ts'
import { createUser } from '../../../../steps/cloudhsm/create-user.ts'
import { readUsers } from '../../../../steps/cloudhsm/read-users.ts'
import { carryOut, contextOf, effectId, failure, hsmWorld, look, writePassword } from './client-world.ts'

describe('cloudhsm.activate', () => {
  it('stores the password before it sets it, and it is the one that opens the cluster', async () => {
    const world = await hsmWorld({ activate: false })
    const { outputs } = await carryOut(activate, { clusterId: world.clusterId }, world)
    expect(outputs).toEqual({ user: 'admin', password: `file:${join(world.passwords, 'admin')}` })
    const password = readFileSync(join(world.passwords, 'admin'), 'utf8')
    await world.machine.ok('quorum token-sign list-timeouts', { user: 'admin', password })
  })

  it('finds its own after its answer was lost, by the password that it stored', async () => {
    const world = await hsmWorld({ activate: false })
    world.machine.hsm.world.plan('cloudhsm-cli:cluster_activate', 'reset-after')
    const context = contextOf(world, { effectId })
    expect(await failure(activate.apply({ clusterId: world.clusterId }, context))).toMatchObject({
      outcomeUnknown: true,
    })
    expect(await look(activate, { clusterId: world.clusterId }, world, { effectId })).toMatchObject({
      state: 'satisfied',
    })
  })

  it('takes what somebody else activated meanwhile for a conflict, after one try that is remembered', async () => {
    const world = await hsmWorld({ activate: false })
    const { clusterId, machine } = world
    writePassword(world.passwords, 'admin', 'the-password-we-stored')
    await machine.ok('cluster activate --password somebody-elses')
    for (let looks = 0; looks < 3; looks += 1)
      expect(await look(activate, { clusterId }, world, { effectId })).toMatchObject({ state: 'conflict' })
    expect(machine.hsm.world.requests.filter((each) => each === 'cloudhsm-cli:login')).toHaveLength(1)
  })

  it('refuses a place where nothing can be stored, before anything is done', async () => {
    const world = await hsmWorld({
      activate: false,
      users: { admin: { role: 'admin', password: 'env:ADMIN_PASSWORD' } },
    })
    const { clusterId } = world
    expect(await failure(activate.check({ clusterId }, contextOf(world)))).toMatchObject({ code: 'invalid' })
    expect(await failure(activate.apply({ clusterId }, contextOf(world, { effectId })))).toMatchObject({
      code: 'invalid',
      outcomeUnknown: false,
    })
    expect((await look(readUsers, { clusterId }, world)).state).toBe('satisfied')
    expect((await machineUsers(world))[0]?.role).toBe('unactivated-admin')
  })
})

async function machineUsers({ machine }: Awaited<ReturnType<typeof hsmWorld>>) {
  const { users } = (await machine.ok('user list')) as {
    users: readonly { readonly username: string; readonly role: string; readonly locked: string }[]
  }
  return users
}

describe('a wrong password', () => {
  it('is tried once, remembered over processes, and locks nobody', async () => {
    const world = await hsmWorld({ wrong: ['admin'], hsms: 1 })
    const { clusterId, machine } = world
    const inputs = {
      clusterId,
      username: 'appcu',
      role: 'crypto-user' as const,
      initialPassword: `file:${world.passwords}/appcu`,
    }
    const context = contextOf(world, { effectId })
    const error = await failure(createUser.apply(inputs, context))
    expect(error).toMatchObject({ code: 'authentication', outcomeUnknown: false })
    expect(error.hint).toContain('tried once')
    for (let tries = 0; tries < 2; tries += 1) {
      world.client = await world.reopen()
      expect(await failure(createUser.apply(inputs, contextOf(world, { effectId })))).toMatchObject({
        code: 'authentication',
      })
    }
    expect(machine.hsm.world.requests.filter((each) => each === 'cloudhsm-cli:login')).toHaveLength(1)
    expect((await machineUsers(world)).map(({ locked }) => locked)).not.toContain('true')
  })

  it('is tried once when several branches wait for the same login', async () => {
    const world = await hsmWorld({ wrong: ['cu'], hsms: 1 })
    const before = world.machine.hsm.world.requests.filter((each) => each === 'cloudhsm-cli:login').length
    const words = ['key', 'list']
    const { signal } = new AbortController()
    const work = [1, 2, 3].map(() => failure(world.client.run({ clusterId: world.clusterId, as: 'cu', words, signal })))
    for (const error of await Promise.all(work)) expect(error).toMatchObject({ code: 'authentication' })
    const after = world.machine.hsm.world.requests.filter((each) => each === 'cloudhsm-cli:login').length
    expect(after - before).toBe(1)
  })

  it('is not tried for a user who is locked', async () => {
    const world = await hsmWorld({ hsms: 1 })
    const { machine, clusterId } = world
    for (let tries = 0; tries < 5; tries += 1) await machine.cli('key list', { user: 'cu', password: 'guess-guess' })
    const before = machine.hsm.world.requests.length
    const command = { clusterId, as: 'cu', words: ['key', 'list'], signal: new AbortController().signal }
    expect(await failure(world.client.run(command))).toMatchObject({ code: 'denied' })
    expect(machine.hsm.world.requests.slice(before)).not.toContain('cloudhsm-cli:login')
  })
})

describe('cloudhsm.create-user', () => {
  it.each(['prompt', 'environment', 'argument'] as const)(
    'gives the program passwords by %s',
    async (passwordStyle) => {
      const world = await hsmWorld({ passwordStyle, hsms: 1 })
      const { clusterId, passwords } = world
      const pkcs11Pin = `file:${join(passwords, 'appcu.pin')}`
      const inputs = { clusterId, username: 'appcu', role: 'crypto-user' as const }
      const password = `file:${join(passwords, 'appcu')}`
      const { outputs } = await carryOut(createUser, { ...inputs, initialPassword: password, pkcs11Pin }, world)
      expect(outputs).toEqual({ username: 'appcu', role: 'crypto-user', password })
      const made = readFileSync(join(passwords, 'appcu'), 'utf8')
      expect(readFileSync(join(passwords, 'appcu.pin'), 'utf8')).toBe(`appcu:${made}`)
      await world.machine.ok('key list', { user: 'appcu', password: made })
    },
  )

  it('finds its own after its answer was lost', async () => {
    const world = await hsmWorld({ hsms: 1, users: { appcu: { role: 'crypto-user', password: 'file:/nowhere' } } })
    const { clusterId, passwords } = world
    const initialPassword = `file:${join(passwords, 'appcu')}`
    const inputs = { clusterId, username: 'appcu', role: 'crypto-user' as const, initialPassword }
    world.machine.hsm.world.plan('cloudhsm-cli:user_create', 'reset-after')
    const error = await failure(createUser.apply(inputs, contextOf(world, { effectId })))
    expect(error).toMatchObject({ outcomeUnknown: true })
    expect(await look(createUser, inputs, world, { effectId })).toMatchObject({ state: 'satisfied' })
  })

  it('sends it again when the cluster refused it, with the password that is stored', async () => {
    const world = await hsmWorld({ hsms: 1 })
    const { clusterId, passwords, machine } = world
    const initialPassword = `file:${join(passwords, 'appcu')}`
    const inputs = { clusterId, username: 'appcu', role: 'crypto-user' as const, initialPassword }
    machine.hsm.world.plan('cloudhsm-cli:user_create', 'fail')
    const error = await failure(createUser.apply(inputs, contextOf(world, { effectId })))
    expect(error).toMatchObject({ code: 'device', outcomeUnknown: true })
    const stored = readFileSync(join(passwords, 'appcu'), 'utf8')
    expect(await look(createUser, inputs, world, { effectId })).toMatchObject({ state: 'absent' })
    await createUser.apply(inputs, contextOf(world, { effectId }))
    await machine.ok('key list', { user: 'appcu', password: stored })
  })

  it('takes a user with another role for a conflict', async () => {
    const world = await hsmWorld({ hsms: 1, users: { cu: { role: 'admin', password: 'file:/nowhere' } } })
    const answer = await look(createUser, { clusterId: world.clusterId, username: 'cu', role: 'admin' }, world)
    expect(answer).toMatchObject({ state: 'conflict' })
  })
})
