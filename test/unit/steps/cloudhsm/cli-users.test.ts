import { expect, it } from 'vitest'
import { active, initialized } from './cli.ts'

const admin = { user: 'admin' }

it('activates a cluster, which makes its first backup', async () => {
  const client = await initialized()
  expect((await client.ok('user list')).users[0]).toMatchObject({ username: 'admin', role: 'unactivated-admin' })
  expect(await client.ok('cluster activate --password first-password')).toBe('Cluster activation successful')
  expect(await client.cli('cluster activate --password another-one')).toMatchObject({ error_code: 1 })
  expect((await client.ok('user list')).users).toEqual([
    { username: 'admin', role: 'admin', locked: 'false', mfa: [], quorum: [], 'cluster-coverage': 'full' },
    {
      username: 'app_user',
      role: 'internal(APPLIANCE_USER)',
      locked: 'false',
      mfa: [],
      quorum: [],
      'cluster-coverage': 'full',
    },
  ])
  const { Backups } = await client.hsm.client.describeBackups({})
  expect(Backups).toHaveLength(1)
  expect(client.hsm.world.lines.at(-1)).toMatchObject({ service: 'cloudhsm-hsm', operation: 'cluster activate' })
})

it('asks for a password twice in interactive mode, before the envelope', async () => {
  const session = (await initialized()).interactive()
  expect(await session.send('cluster activate', 'first-password', 'other-password')).toMatchObject({ error_code: 1 })
  expect(await session.send('cluster activate', 'first-password', 'first-password')).toMatchObject({ error_code: 0 })
  expect(await session.ok('login --username admin --role admin', 'first-password')).toEqual({
    username: 'admin',
    role: 'admin',
  })
})

it('locks a user with the fifth wrong password in a row, until an admin sets another one', async () => {
  const client = await active({ hsms: 1 })
  const wrong = { user: 'cu', password: 'wrong-password' }
  const locked = async () =>
    (await client.ok('user list')).users.find((each: { username: string }) => each.username === 'cu').locked
  for (let tries = 0; tries < 4; tries += 1) expect((await client.cli('key list', wrong)).error_code).toBe(1)
  await client.ok('key list', { user: 'cu' })
  for (let tries = 0; tries < 4; tries += 1) await client.cli('key list', wrong)
  expect(await locked()).toBe('false')
  await client.cli('key list', wrong)
  expect(await locked()).toBe('true')
  expect((await client.cli('key list', { user: 'cu' })).error_code).toBe(1)
  await client.ok('user change-password --username cu --role crypto-user --password another-one', admin)
  await client.ok('key list', { user: 'cu', password: 'another-one' })
  expect(await locked()).toBe('false')
})

it('refuses passwords that are too short, too long or have a colon', async () => {
  const client = await active({ hsms: 1 })
  for (const password of ['seven77', 'x'.repeat(33), 'with:colon'])
    expect(await client.cli(`user create --username a --role admin --password ${password}`, admin)).toMatchObject({
      error_code: 1,
    })
})

it('creates and deletes users, but none that owns keys, is logged in or is the last admin', async () => {
  const client = await active({ hsms: 1 })
  const remove = (name: string, role: string) => client.cli(`user delete --username ${name} --role ${role}`, admin)
  expect(await client.ok('user create --username Bob --role admin --password bobs-password', admin)).toEqual({
    username: 'bob',
    role: 'admin',
  })
  expect((await client.cli('user create --username bob --role admin --password bobs-password', admin)).error_code).toBe(
    1,
  )
  const session = client.interactive()
  await session.ok('login --username bob --role admin', 'bobs-password')
  expect((await remove('bob', 'admin')).error_code).toBe(1)
  await session.ok('logout')
  expect((await remove('bob', 'admin')).error_code).toBe(0)
  await client.cli('key generate-symmetric aes --label k --key-length-bytes 32', { user: 'cu' })
  expect((await remove('cu', 'crypto-user')).error_code).toBe(1)
  await client.ok('key delete --filter attr.label=k', { user: 'cu' })
  expect((await remove('cu', 'crypto-user')).error_code).toBe(0)
  expect((await remove('admin', 'admin')).error_code).toBe(1)
})

it('lets nobody do what is another role to do, or nobody at all', async () => {
  const client = await active({ hsms: 1 })
  expect(await client.cli('user create --username a --role admin --password long-enough')).toMatchObject({
    error_code: 1,
  })
  expect(
    await client.cli('user create --username a --role admin --password long-enough', { user: 'cu' }),
  ).toMatchObject({ error_code: 1 })
  expect(await client.cli('key generate-symmetric aes --label k --key-length-bytes 32', admin)).toMatchObject({
    error_code: 1,
  })
})

it('reaches no HSM with another trust anchor, or at an address where none is', async () => {
  const client = await active({ hsms: 1 })
  const anchor = client.write('other.crt', 'nothing')
  await client.run('configure-cli', ['--hsm-ca-cert', anchor])
  expect(await client.cli('user list')).toMatchObject({ error_code: 1 })
  await client.run('configure-cli', ['-a', '10.9.9.9', '--hsm-ca-cert', `${client.folder}/etc/customerCA.crt`])
  expect(await client.cli('user list')).toMatchObject({ error_code: 1 })
})

it('says what is wrong with a command line on stderr, with exit code 2', async () => {
  const client = await initialized()
  for (const args of [
    ['user', 'create'],
    ['user', 'fly'],
    ['login', '--username', 'a', '--role', 'king'],
  ]) {
    const { code, stdout, stderr } = await client.run('cloudhsm-cli', args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^error: /)
  }
  const { code, stdout } = await client.run('cloudhsm-cli', ['--version'])
  expect([code, stdout]).toEqual([0, 'cloudhsm-cli 5.17.0\n'])
  expect((await client.run('cloudhsm-cli', ['user', 'list'])).code).toBe(0)
  expect((await client.run('cloudhsm-cli', ['key', 'list'])).code).toBe(1)
})
