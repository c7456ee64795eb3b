import { createHash, createPublicKey, verify } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { TestWorld } from '../aws/sandbox.ts'
import { active, type Client, startClient } from './cli.ts'
import { clusterOf, startHsm } from './hsm.ts'

const cu = { user: 'cu' }
const admin = { user: 'admin' }
const keys = { root: { owner: 'cu', algorithm: 'ec-p384', extractable: true } }

interface Facts {
  readonly clusters: Readonly<
    Record<
      string,
      {
        readonly tokens: Readonly<
          Record<string, { readonly label: string; readonly serial: string; readonly pin: string }>
        >
        readonly keys: Readonly<
          Record<string, { readonly keyId: string; readonly publicKeyPem: string; readonly spkiSha256: string }>
        >
      }
    >
  >
}

// what a seed is told to make it tells of
const factsOf = ({ hsm }: Client) => (hsm.facts['cloudhsm'] as unknown as Facts).clusters['root']!

async function signs(client: Client, publicKeyPem: string): Promise<boolean> {
  const data = Buffer.from('nonce')
  const filter = 'attr.label=root attr.class=private-key'
  const words = `crypto sign ecdsa --key-filter ${filter} --hash-function sha384 --data ${data.toString('base64')}`
  const { signature } = await client.ok(words, cu)
  return verify('sha384', data, { key: publicKeyPem, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64'))
}

/** A cluster made of the newest backup, with one HSM, for which the client is configured. */
async function cloneOf({ hsm, clusterId, run }: Client, client: Client): Promise<string> {
  const { Backups } = await hsm.client.describeBackups({ Filters: { clusterIds: [clusterId] } })
  const newest = Backups?.toSorted((a, b) => Number(b.CreateTimestamp) - Number(a.CreateTimestamp))[0]
  const { Cluster } = await hsm.client.createCluster({
    HsmType: 'hsm2m.medium',
    SubnetIds: [...hsm.subnets],
    SourceBackupId: String(newest?.BackupId),
  })
  hsm.world.pass(60 * 60_000)
  const id = String(Cluster?.ClusterId)
  await hsm.client.createHsm({ ClusterId: id, AvailabilityZone: 'us-east-1a' })
  hsm.world.pass(60 * 60_000)
  expect((await run.call(client, 'configure-cli', ['--cluster-id', id, '--disable-key-availability-check'])).code).toBe(
    0,
  )
  return id
}

it('seeds users, tokens and keys that can be used, and tells what they are', async () => {
  const client = await active({
    words: { users: { admins: ['alice'], cryptoUsers: ['cu'] }, keys, quorum: { user: 2 } },
  })
  const { keys: made, tokens } = factsOf(client)
  const { keyId, publicKeyPem, spkiSha256 } = made['root']!
  const spki = createPublicKey(publicKeyPem).export({ type: 'spki', format: 'der' })
  expect(createHash('sha256').update(spki).digest('hex')).toBe(spkiSha256)
  const { matched_keys: found } = await client.ok('key list --verbose --filter attr.class=private-key', cu)
  expect(found[0].attributes).toMatchObject({ id: `0x${keyId}`, label: 'root', extractable: true, sign: true })
  expect(await signs(client, publicKeyPem)).toBe(true)
  const { users } = await client.ok('user list')
  expect(users.map((user: { username: string; quorum: object[] }) => [user.username, user.quorum.length])).toEqual([
    ['admin', 0],
    ['alice', 1],
    ['cu', 0],
    ['app_user', 0],
  ])
  expect(readFileSync(tokens['cu']!.pin.slice('file:'.length), 'utf8').trim()).toBe(`cu:${client.passwordOf('cu')}`)
  expect(await client.hsm.running.inventory?.()).toEqual([
    'root in us-east-1: admin admin',
    'root in us-east-1: admin alice, with a quorum key',
    'root in us-east-1: crypto-user cu',
    'root in us-east-1: quorum of user is 2',
    'root in us-east-1: private key of cu',
    'root in us-east-1: public key of cu',
  ])
})

it('loses its tokens with its last HSM, and has them back with the next', async () => {
  const client = await active({ hsms: 1, words: { keys } })
  const { hsm, clusterId } = client
  const tokens = () => readdirSync(hsm.world.tokenFolder)
  const { publicKeyPem } = factsOf(client).keys['root']!
  const before = tokens()
  await client.run('configure-cli', ['--disable-key-availability-check'])
  expect(await signs(client, publicKeyPem)).toBe(true)
  const eniIp = String((await clusterOf(hsm, clusterId))?.Hsms?.[0]?.EniIp)
  await hsm.client.deleteHsm({ ClusterId: clusterId, EniIp: eniIp })
  hsm.world.pass(60 * 60_000)
  await clusterOf(hsm, clusterId)
  expect(tokens()).toEqual([])
  expect(await client.cli('user list')).toMatchObject({ error_code: 1 })
  await hsm.client.createHsm({ ClusterId: clusterId, AvailabilityZone: 'us-east-1a', IpAddress: eniIp })
  hsm.world.pass(60 * 60_000)
  expect(await signs(client, publicKeyPem)).toBe(true)
  expect(tokens()).toEqual(before)
})

it('has the passwords of that day in a clone, and tokens of its own with the same keys', async () => {
  const client = await active({ hsms: 1, words: { keys } })
  const { serial } = factsOf(client).tokens['cu']!
  await client.ok('user change-password --username cu --role crypto-user --password second-password', admin)
  await client.ok('key list', { user: 'cu', password: 'second-password' })
  await cloneOf(client, client)
  expect(await client.cli('key list', { user: 'cu', password: 'second-password' })).toMatchObject({ error_code: 1 })
  expect(await signs(client, factsOf(client).keys['root']!.publicKeyPem)).toBe(true)
  const objects = readdirSync(client.hsm.world.tokenFolder).map((name) =>
    readFileSync(join(client.hsm.world.tokenFolder, name, 'token.object')).includes(serial),
  )
  expect(objects.filter(Boolean)).toHaveLength(1)
  expect(objects).toHaveLength(2)
})

it('tells the places of secrets where its folder is now, also when it was moved', async () => {
  const client = await active({ hsms: 1 })
  const { folder } = client.hsm.world
  await client.hsm.running.stop()
  const moved = join(mkdtempSync(join(tmpdir(), 'runbook-moved-')), 'world')
  cpSync(folder, moved, { recursive: true })
  renameSync(folder, `${folder}.gone`)
  const hsm = await startHsm({ world: new TestWorld(moved), wanted: { cloudhsm: {} } })
  const { tokens } = (hsm.facts['cloudhsm'] as unknown as Facts).clusters['root']!
  expect(existsSync(tokens['cu']!.pin.slice('file:'.length))).toBe(true)
  const machine = await startClient(hsm, client.clusterId)
  cpSync(join(client.folder, 'etc'), join(machine.folder, 'etc'), { recursive: true })
  machine.passwords = { cu: tokens['cu']!.pin.slice('file:'.length).replace(/\.pin$/, '') }
  await machine.run('configure-cli', ['--hsm-ca-cert', join(client.folder, 'etc', 'customerCA.crt')])
  expect((await machine.ok('key list', cu)).total_key_count).toBe(0)
})

it('has faults before and after a command has done its work', async () => {
  const client = await active({ hsms: 1 })
  const { world } = client.hsm
  const users = async () => (await client.ok('user list')).users.length
  const create = (name: string) =>
    client.cli(`user create --username ${name} --role crypto-user --password long-enough`, admin)
  world.plan('cloudhsm-cli:user_create', 'fail')
  expect(await create('one')).toMatchObject({ error_code: 1 })
  world.plan('cloudhsm-cli:user_create', 'reset-before')
  expect(await create('two')).toMatchObject({ error_code: 1 })
  expect(await users()).toBe(3)
  world.plan('cloudhsm-cli:user_create', 'reset-after')
  expect(await create('three')).toMatchObject({ error_code: 1 })
  expect(await users()).toBe(4)
  expect(world.effects.filter((each) => each === 'user create')).toHaveLength(1)
})

it('knows its users, keys and lockouts again when it is started again', async () => {
  const client = await active({ hsms: 1, words: { keys } })
  const { world, running } = client.hsm
  await client.cli('key list', { user: 'cu', password: 'wrong-password' })
  const before = await running.inventory?.()
  await running.stop()
  const hsm = await startHsm({ world, wanted: { cloudhsm: {} } })
  expect(await hsm.running.inventory?.()).toEqual(before)
  const state = JSON.parse(readFileSync(join(world.folder, 'cloudhsm', 'state.json'), 'utf8'))
  const user = state.clusters[0].data.users.find((each: { name: string }) => each.name === 'cu')
  expect(user.failures).toBe(1)
  expect(JSON.stringify(state)).not.toContain(client.passwordOf('cu'))
})
