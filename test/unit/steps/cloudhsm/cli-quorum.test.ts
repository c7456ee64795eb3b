import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { active, type Client, type Interactive, passwordFor } from './cli.ts'

const admins = ['alice', 'bob', 'carol']

/** Somebody's key, outside of the HSM: OpenSSL's. */
function makeKey(client: Client, name: string): void {
  const key = client.path(`${name}.key`)
  execFileSync('openssl', ['genrsa', '-out', key, '2048'], { stdio: 'pipe' })
  execFileSync('openssl', ['rsa', '-in', key, '-pubout', '-out', client.path(`${name}.pub`)], { stdio: 'pipe' })
}

/** As AWS documents it: the 32 bytes are signed as a digest. */
function signature(client: Client, name: string, token: string): string {
  const [input, output] = [client.write('unsigned.bin', Buffer.from(token, 'base64')), client.path('signature.bin')]
  const how = ['-sign', '-inkey', client.path(`${name}.key`), '-pkeyopt', 'digest:sha256']
  execFileSync('openssl', ['pkeyutl', ...how, '-in', input, '-out', output], { stdio: 'pipe' })
  return readFileSync(output).toString('base64')
}

/** Puts signatures into a token file. */
function approve(client: Client, path: string, ...names: readonly string[]): void {
  const file = JSON.parse(readFileSync(path, 'utf8'))
  file.signatures = names.map((username) => ({
    username,
    role: 'admin',
    signature: signature(client, username, file.token),
  }))
  writeFileSync(path, JSON.stringify(file))
}

async function register(client: Client, session: Interactive, name: string): Promise<void> {
  makeKey(client, name)
  const path = client.path(`${name}.registration`)
  await session.ok(`quorum token-sign generate --service registration --token ${path}`)
  const file = JSON.parse(readFileSync(path, 'utf8'))
  file.tokens[0].signed = signature(client, name, file.tokens[0].unsigned)
  writeFileSync(path, JSON.stringify(file))
  expect(
    await session.ok(
      `user change-quorum token-sign register --public-key ${client.path(`${name}.pub`)} --signed-token ${path}`,
    ),
  ).toEqual({ username: name, role: 'admin' })
}

/** A cluster whose users are created by two of three admins, and whoever is logged in as `admin`. */
async function withQuorum(): Promise<{ client: Client; session: Interactive }> {
  const client = await active({ hsms: 1 })
  const session = client.interactive()
  await session.ok('login --username admin --role admin', client.passwordOf('admin'))
  for (const name of admins) {
    await session.ok(`user create --username ${name} --role admin`, passwordFor(name), passwordFor(name))
    const own = client.interactive()
    await own.ok(`login --username ${name} --role admin --password ${passwordFor(name)}`)
    await register(client, own, name)
    await own.ok('logout')
  }
  await session.ok('quorum token-sign set-quorum-value --service user --value 2')
  return { client, session }
}

const create = (name: string, more = '') => `user create --username ${name} --role crypto-user${more}`
const needed = { error_code: 1, data: 'Quorum approval is required for this operation' }

it('lets two of three admins create a user, once for each token', async () => {
  const { client, session } = await withQuorum()
  expect(await session.ok('quorum token-sign list-quorum-values')).toEqual({ user: 2, quorum: 1, cluster: 1 })
  expect(await session.ok('quorum token-sign list-timeouts')).toEqual({ generated: 600, approved: 600 })
  expect(await session.send(create('new'), 'new-password', 'new-password')).toEqual(needed)
  const token = client.path('token')
  expect(await session.ok(`quorum token-sign generate --service user --token ${token}`)).toEqual({ path: token })
  expect(await session.send(`quorum token-sign generate --service user --token ${token}`)).toMatchObject({
    error_code: 1,
  })
  expect(await session.ok('quorum token-sign list')).toEqual({
    tokens: [
      {
        username: 'admin',
        service: 'user',
        'approvals-required': 2,
        'number-of-approvals': 0,
        'token-timeout-seconds': 600,
        'cluster-coverage': 'full',
      },
    ],
  })
  expect(JSON.parse(readFileSync(token, 'utf8'))).toEqual({
    version: '2.0',
    service: 'user-management',
    approval_data: expect.any(String),
    token: expect.any(String),
    signatures: [],
  })
  const approved = create('new', ` --approval ${token}`)
  approve(client, token, 'alice')
  expect(await session.send(approved, 'new-password', 'new-password')).toEqual(needed)
  approve(client, token, 'alice', 'alice')
  expect(await session.send(approved, 'new-password', 'new-password')).toEqual(needed)
  approve(client, token, 'alice', 'carol')
  expect(await session.ok(approved, 'new-password', 'new-password')).toEqual({ username: 'new', role: 'crypto-user' })
  expect(await session.ok('quorum token-sign list')).toEqual({ tokens: [] })
  expect(await session.send(create('newer', ` --approval ${token}`), 'new-password', 'new-password')).toEqual(needed)
})

it('takes no signature of another key, and no key that is not proven', async () => {
  const { client, session } = await withQuorum()
  const token = client.path('token')
  await session.ok(`quorum token-sign generate --service user --token ${token}`)
  makeKey(client, 'bob')
  approve(client, token, 'alice', 'bob')
  expect(await session.send(create('new', ` --approval ${token}`), 'new-password', 'new-password')).toMatchObject({
    error_code: 1,
  })
  const registration = client.path('registration')
  await session.ok(`quorum token-sign generate --service registration --token ${registration}`)
  expect(
    await session.send(
      `user change-quorum token-sign register --public-key ${client.path('bob.pub')} --signed-token ${registration}`,
    ),
  ).toMatchObject({ error_code: 1 })
})

it('has tokens that die of age, with the login, and with the program', async () => {
  const { client, session } = await withQuorum()
  const token = client.path('token')
  const generate = `quorum token-sign generate --service user --token ${token}`
  const attempt = (by: Interactive) => by.send(create('new', ` --approval ${token}`), 'new-password', 'new-password')

  await session.ok(generate)
  approve(client, token, 'alice', 'bob')
  client.hsm.world.pass(600_000)
  expect(await attempt(session)).toEqual(needed)

  await session.ok(generate)
  approve(client, token, 'alice', 'bob')
  await session.ok('logout')
  await session.ok(`login --username admin --role admin --password ${client.passwordOf('admin')}`)
  expect(await attempt(session)).toEqual(needed)

  await session.ok(generate)
  approve(client, token, 'alice', 'bob')
  await session.killed()
  const next = client.interactive()
  await next.ok(`login --username admin --role admin --password ${client.passwordOf('admin')}`)
  expect(await attempt(next)).toEqual(needed)
  expect(await next.ok('quorum token-sign list')).toEqual({ tokens: [] })

  await next.ok(generate)
  await next.ok('quorum token-sign delete --scope user')
  expect(await next.ok('quorum token-sign list')).toEqual({ tokens: [] })
})

it('keeps a connection, and so a login, however long nothing is said', async () => {
  const { hsm, clusterId } = await active({ hsms: 1 })
  const body = JSON.stringify({ clusterId })
  const { headers, status } = await fetch(`${hsm.endpoint}/cloudhsm/servers`, { method: 'POST', body })
  expect([status, headers.get('keep-alive')]).toEqual([200, null])
})

it('sets a quorum value between 2 and the number of admins', async () => {
  const client = await active({ hsms: 1, words: { users: { admins, cryptoUsers: ['cu'] } } })
  const set = (value: number) =>
    client.cli(`quorum token-sign set-quorum-value --service user --value ${value}`, { user: 'admin' })
  expect((await set(1)).error_code).toBe(1)
  expect((await set(5)).error_code).toBe(1)
  expect(await set(4)).toEqual({ error_code: 0, data: 'Set quorum value successful' })
})

it('has simulated people register and sign while somebody looks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-people-'))
  const people = { admins: ['alice', 'bob'], folder }
  const client = await active({ hsms: 1, people })
  const session = client.interactive()
  await session.ok('login --username admin --role admin', client.passwordOf('admin'))
  for (const name of people.admins)
    await session.ok(create(name).replace('crypto-user', 'admin'), 'initial-password', 'initial-password')
  const registered = async () =>
    (await session.ok('user list')).users.filter((user: { quorum: object[] }) => user.quorum.length > 0)
  expect(await registered()).toEqual([])
  expect((await registered()).map((user: { username: string }) => user.username)).toEqual(people.admins)
  const initial = { user: 'alice', role: 'admin', password: 'initial-password' } as const
  expect((await client.cli('quorum token-sign list', initial)).error_code).toBe(1)
  await session.ok('quorum token-sign set-quorum-value --service user --value 2')
  const token = client.path('token')
  await session.ok(`quorum token-sign generate --service user --token ${token}`)
  const file = JSON.parse(readFileSync(token, 'utf8'))
  const id = Buffer.from(file.token, 'base64').toString('hex').slice(0, 16)
  const signed = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.sig'))
      .toSorted()
  const look = async () => {
    await session.ok('quorum token-sign list')
    return signed()
  }
  expect(await look()).toEqual([])
  expect(await look()).toEqual([`${id}.alice.sig`])
  expect(await look()).toEqual([`${id}.alice.sig`, `${id}.bob.sig`])
  file.signatures = people.admins.map((username) => ({
    username,
    role: 'admin',
    signature: readFileSync(join(folder, `${id}.${username}.sig`), 'utf8').trim(),
  }))
  writeFileSync(token, JSON.stringify(file))
  await session.ok(create('new', ` --approval ${token}`), 'new-password', 'new-password')
  expect(signed()).toEqual([])
})

it('asks as many users of a key as it says, for what is done with it', async () => {
  const client = await active({ words: { users: { cryptoUsers: ['cu', 'cu2'] } } })
  for (const name of ['cu', 'cu2']) {
    const own = client.interactive()
    await own.ok(`login --username ${name} --role crypto-user --password ${client.passwordOf(name)}`)
    makeKey(client, name)
    const path = client.path(`${name}.registration`)
    await own.ok(`quorum token-sign generate --service registration --token ${path}`)
    const file = JSON.parse(readFileSync(path, 'utf8'))
    file.tokens[0].signed = signature(client, name, file.tokens[0].unsigned)
    writeFileSync(path, JSON.stringify(file))
    await own.ok(
      `user change-quorum token-sign register --public-key ${client.path(`${name}.pub`)} --signed-token ${path}`,
    )
  }
  const session = client.interactive()
  await session.ok(`login --username cu --role crypto-user --password ${client.passwordOf('cu')}`)
  const pair = 'key generate-asymmetric-pair ec --curve prime256v1 --public-label k --private-label k'
  const quorum = '--manage-private-key-quorum-value 2 --use-private-key-quorum-value 2'
  expect(await session.send(`${pair} ${quorum}`)).toMatchObject({ error_code: 1 })
  const made = await session.ok(`${pair} --private-attributes sign=true --share-crypto-users cu2 ${quorum}`)
  expect(made.private_key['key-info']['key-quorum-values']).toEqual({
    'manage-key-quorum-value': 2,
    'use-key-quorum-value': 2,
  })
  const token = client.path('token')
  const filter = 'attr.label=k attr.class=private-key'
  const sign = `crypto sign ecdsa --key-filter ${filter} --hash-function sha256 --data AAAA`
  expect(await session.send(sign)).toEqual(needed)
  await session.ok(`quorum token-sign generate --service key-usage --token ${token} --filter ${filter}`)
  expect(JSON.parse(readFileSync(token, 'utf8'))).toMatchObject({
    service: 'key-usage',
    key_reference: made.private_key['key-reference'],
  })
  approve(client, token, 'cu', 'cu2')
  await session.ok(`${sign} --approval ${token}`)
  expect(await session.send(`${sign} --approval ${token}`)).toEqual(needed)
})
