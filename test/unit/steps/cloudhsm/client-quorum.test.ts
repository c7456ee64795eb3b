import { generateKeyPairSync, sign } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { awaitAdmins } from '../../../../steps/cloudhsm/await-admins.ts'
import { createUser } from '../../../../steps/cloudhsm/create-user.ts'
import { readUsers } from '../../../../steps/cloudhsm/read-users.ts'
import { setQuorum } from '../../../../steps/cloudhsm/set-quorum.ts'
import { carryOut, contextOf, effectId, failure, hsmWorld, type HsmWorld, look, people } from './client-world.ts'

/** A cluster of the admin and some of the simulated people, who have registered their keys. */
function withAdmins(admins: readonly string[] = people, quorum: JsonObject = {}): Promise<HsmWorld> {
  return hsmWorld({ hsms: 1, words: { users: { admins, cryptoUsers: ['cu'] }, quorum } })
}

/** Two of four must approve what is done to users. */
const withQuorum = (): Promise<HsmWorld> => withAdmins(people, { user: 2 })

const appUser = (world: HsmWorld) => ({
  clusterId: world.clusterId,
  username: 'appcu',
  role: 'crypto-user' as const,
  initialPassword: `file:${join(world.passwords, 'appcu')}`,
})

const tokensIn = (world: HsmWorld) => readdirSync(world.quorumFolder).filter((name) => name.endsWith('.token'))

describe('cloudhsm.await-admins', () => {
  it('waits for each by name, until all have registered', async () => {
    const world = await hsmWorld({ hsms: 1 })
    const { clusterId, machine } = world
    for (const name of ['alice', 'bob'])
      await machine.ok(`user create --username ${name} --role admin --password first-password`, { user: 'admin' })
    const { waited, ...end } = await look(awaitAdmins, { clusterId, admins: ['bob', 'alice'] }, world)
    expect(waited[0]).toBe('waits for `alice` (no quorum key registered), `bob` (no quorum key registered)')
    expect(end).toEqual({ state: 'satisfied', outputs: { admins: ['alice', 'bob'] } })
  })

  it('waits for nobody who is no user', async () => {
    const world = await hsmWorld({ hsms: 1 })
    const inputs = { clusterId: world.clusterId, admins: ['nobody'] }
    expect(await failure(awaitAdmins.check(inputs, contextOf(world)))).toMatchObject({ code: 'not-found' })
  })
})

describe('cloudhsm.set-quorum', () => {
  it('refuses a quorum without two admins to spare', async () => {
    const world = await withAdmins(['alice', 'bob', 'carol'])
    const inputs = { clusterId: world.clusterId, service: 'user' as const, value: 2 }
    const error = await failure(setQuorum.check(inputs, contextOf(world)))
    expect(error).toMatchObject({ code: 'invalid' })
    expect(error.message).toContain('found 3: `alice`, `bob`, `carol`')
  })

  it('needs signatures itself once the quorum service has a value', async () => {
    const world = await withAdmins()
    const { clusterId } = world
    const first = { clusterId, service: 'quorum' as const, value: 2 }
    expect((await carryOut(setQuorum, first, world, { effectId: 'k3x9.first' })).waited).toEqual([])
    const { waited } = await carryOut(setQuorum, { clusterId, service: 'user', value: 2 }, world)
    expect(waited.length).toBeGreaterThan(0)
    const { outputs } = (await look(readUsers, { clusterId }, world)) as { outputs: { quorum: unknown } }
    expect(outputs.quorum).toEqual({ user: 2, quorum: 2 })
  })
})

describe('a step that needs signatures', () => {
  it('hands out a token, waits for people by name, and does it once they signed', async () => {
    const world = await withQuorum()
    const { waited, answers, outputs } = await carryOut(createUser, appUser(world), world)
    expect(waited[0]).toMatch(
      /^quorum token `[0-9a-f]{16}` waits for 2 of 2 signatures of `alice`, `bob`, `carol`, `dave`, until \d\d:\d\d UTC$/,
    )
    expect(answers).toMatchObject([{ waitsFor: expect.any(String) }, { approvedBy: ['alice', 'bob'] }])
    expect(outputs).toMatchObject({ username: 'appcu' })
    expect(tokensIn(world)).toEqual([])
    const password = readFileSync(join(world.passwords, 'appcu'), 'utf8')
    await world.machine.ok('key list', { user: 'appcu', password })
  })

  it('reports signatures of others and wrong ones by name, and uses none of them', async () => {
    const world = await withQuorum()
    await createUser.apply(appUser(world), contextOf(world, { effectId }))
    const [name = ''] = tokensIn(world)
    const id = name.slice(0, 16)
    const { approval_data: data } = JSON.parse(readFileSync(join(world.quorumFolder, name), 'utf8')) as {
      approval_data: string
    }
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const foreign = sign('sha256', Buffer.from(data, 'base64'), privateKey).toString('base64')
    for (const who of ['mallory', 'dave']) writeFileSync(join(world.quorumFolder, `${id}.${who}.sig`), foreign)
    writeFileSync(join(world.quorumFolder, `${id}.carol.sig`), 'not base64!')
    const answer = await createUser.check(appUser(world), contextOf(world, { effectId, answer: { waitsFor: id } }))
    expect(answer).toMatchObject({ state: 'pending' })
    const what = 'what' in answer ? answer.what : ''
    expect(what).toContain('`mallory`: no registered approver')
    expect(what).toContain('`dave`: the signature is not of this token and this key')
    expect(what).toContain('`carol`: the file is not base64')
    const { waited: _waited, ...end } = await look(createUser, appUser(world), world, {
      effectId,
      answer: { waitsFor: id },
    })
    expect(end).toMatchObject({ state: 'partial', next: `use of ${id}` })
    expect(await createUser.apply(appUser(world), contextOf(world, { effectId }))).toMatchObject({
      approvedBy: ['alice', 'bob'],
    })
  })

  it('hands out a new token when the process died while signatures were collected', async () => {
    const world = await withQuorum()
    const answer = await createUser.apply(appUser(world), contextOf(world, { effectId }))
    // with the process its programs see the end of their input; here they are ended
    process.kill(-Number(world.client.quorum?.request(effectId)?.pid), 'SIGKILL')
    world.client = await world.reopen()
    const seen = await look(createUser, appUser(world), world, {
      effectId,
      ...(answer === undefined ? {} : { answer }),
    })
    expect(seen).toMatchObject({ state: 'partial', what: 'no quorum token is handed out' })
    expect(await createUser.apply(appUser(world), contextOf(world, { effectId }))).not.toEqual(answer)
    expect(tokensIn(world)).toHaveLength(1)
    const { next } = (await look(createUser, appUser(world), world, { effectId })) as { next?: string }
    expect(next).toMatch(/^use of /)
    expect(await createUser.apply(appUser(world), contextOf(world, { effectId }))).toHaveProperty('approvedBy')
    expect((await look(createUser, appUser(world), world, { effectId })).state).toBe('satisfied')
  })

  it('hands out a new token when nobody signed in time', async () => {
    const world = await withQuorum()
    const answer = await createUser.apply(appUser(world), contextOf(world, { effectId }))
    world.machine.hsm.world.pass(11 * 60_000)
    const seen = await look(createUser, appUser(world), world, {
      effectId,
      ...(answer === undefined ? {} : { answer }),
    })
    expect(seen).toMatchObject({ state: 'partial', next: 'quorum token 2' })
    const again = await createUser.apply(appUser(world), contextOf(world, { effectId }))
    expect(again).not.toEqual(answer)
    expect(tokensIn(world)).toHaveLength(1)
  })

  it('hands out a new token when the cluster refused what was approved', async () => {
    const world = await withQuorum()
    await createUser.apply(appUser(world), contextOf(world, { effectId }))
    expect(await look(createUser, appUser(world), world, { effectId })).toMatchObject({ state: 'partial' })
    world.machine.hsm.world.plan('cloudhsm-cli:user_create', 'fail')
    const error = await failure(createUser.apply(appUser(world), contextOf(world, { effectId })))
    expect(error).toMatchObject({ code: 'device', outcomeUnknown: true })
    const answer = { waitsFor: 'before' }
    expect(await look(createUser, appUser(world), world, { effectId, answer })).toMatchObject({
      state: 'partial',
      next: 'quorum token 2',
    })
  })

  it('finds its own when the answer to what was approved was lost', async () => {
    const world = await withQuorum()
    await createUser.apply(appUser(world), contextOf(world, { effectId }))
    await look(createUser, appUser(world), world, { effectId })
    world.machine.hsm.world.plan('cloudhsm-cli:user_create', 'reset-after')
    await failure(createUser.apply(appUser(world), contextOf(world, { effectId })))
    const answer = { waitsFor: 'before' }
    expect(await look(createUser, appUser(world), world, { effectId, answer })).toMatchObject({ state: 'satisfied' })
  })
})
