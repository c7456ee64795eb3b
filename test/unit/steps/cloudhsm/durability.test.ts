import { CloudHSMV2 } from '@aws-sdk/client-cloudhsm-v2'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { clientConfig } from '../../../../steps/aws/client-config.ts'
import { awsSimulator } from '../../../../steps/aws/simulator/aws-simulator.ts'
import { networkOf } from '../../../../steps/aws/simulator/network.ts'
import { cloudhsmService } from '../../../../steps/cloudhsm/simulator/service.ts'
import {
  ended,
  killed,
  operationsIn,
  sandboxProgram,
  startKillable,
  type KillableSandbox,
} from '../aws/killable-sandbox.ts'
import { openAws, TestWorld } from '../aws/sandbox.ts'

// Power is lost before each change of a file or folder, and around each line of the ledger. Nothing is lost by it: a cluster's tokens
// are all there or in a backup, and nothing was done twice.

let program = ''
/** Sandboxes with one cluster, whose crypto user has a key: with an HSM, and offline. */
let online = ''
let offline = ''
/** The token of the crypto user. */
let token = ''

async function seededFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-durable-'))
  const world = new TestWorld(join(folder, 'aws'))
  const running = await awsSimulator([cloudhsmService()]).start(world)
  const users = { cryptoUsers: ['cu'] }
  const keys = { root: { owner: 'cu', algorithm: 'ec-p256' } }
  await running.binding('aws', { cloudhsm: { clusters: { root: { hsms: 1, users, keys } } } })
  await running.stop()
  writeFileSync(join(folder, 'skipped'), String(world.clock.now() - Date.now()))
  return folder
}

beforeAll(async () => {
  program = await sandboxProgram()
  online = await seededFolder()
  token = contentsOf(online)[0] ?? ''
  offline = copied(online)
  const sandbox = await startKillable(program, offline)
  await takeOffline(await clientOf(sandbox))
  await ended(sandbox)
  rmSync(join(offline, 'ledger.jsonl'))
})

/** What is in each token of a sandbox, but for its serial number. */
function contentsOf(folder: string, place = 'tokens'): string[] {
  const tokens = join(folder, 'aws', place)
  return readdirSync(tokens).map((name) => {
    const files = readdirSync(join(tokens, name)).filter((file) => file !== 'token.object')
    const hash = createHash('sha256')
    for (const file of files.toSorted()) hash.update(file).update(readFileSync(join(tokens, name, file)))
    return `${statSync(join(tokens, name, 'token.object')).size} ${hash.digest('hex')}`
  })
}

/** The backups of a sandbox, as they are stored. */
function backupsIn(folder: string): readonly { readonly id: string; readonly copy?: unknown }[] {
  const stored = readFileSync(join(folder, 'aws', 'cloudhsm', 'state.json'), 'utf8')
  return (JSON.parse(stored) as { backups: { id: string }[] }).backups // as `stateSchema` says
}

/** What somebody wants to be so, and does whatever is missing for it: also after a crash, also twice. */
type Deed = (client: CloudHSMV2) => Promise<void>

async function theCluster(client: CloudHSMV2) {
  const { Clusters } = await client.describeClusters({})
  return Clusters?.find(({ SourceBackupId }) => SourceBackupId === undefined)
}

async function until(claim: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 20; looks += 1) if (await claim()) return
  throw new Error('still not so after 20 looks')
}

const takeOffline: Deed = async (client) => {
  const cluster = await theCluster(client)
  const ClusterId = String(cluster?.ClusterId)
  for (const { EniId = '' } of cluster?.Hsms?.filter(({ State }) => State === 'ACTIVE') ?? [])
    await client.deleteHsm({ ClusterId, EniId })
  await until(async () => (await theCluster(client))?.Hsms?.length === 0)
  await until(async () =>
    ((await client.describeBackups({})).Backups ?? []).every((each) => each.BackupState === 'READY'),
  )
}

const bringOnline: Deed = async (client) => {
  const cluster = await theCluster(client)
  const wanted = { ClusterId: String(cluster?.ClusterId), AvailabilityZone: 'us-east-1a' }
  if (cluster?.Hsms?.length === 0) await client.createHsm(wanted)
  await until(async () => (await theCluster(client))?.Hsms?.[0]?.State === 'ACTIVE')
}

const clone: Deed = async (client) => {
  const copies = async () => (await client.describeClusters({})).Clusters?.filter((each) => each.SourceBackupId) ?? []
  if ((await copies()).length === 0) {
    const { Backups } = await client.describeBackups({})
    const subnets = networkOf('111122223333', 'us-east-1').subnets.map(({ id }) => id)
    await client.createCluster({
      HsmType: 'hsm2m.medium',
      SubnetIds: subnets.slice(0, 1),
      SourceBackupId: String(Backups?.[0]?.BackupId),
    })
  }
  await until(async () => (await copies())[0]?.State === 'ACTIVE')
  const [copy] = await copies()
  if (copy?.Hsms?.length === 0) await client.createHsm({ ClusterId: copy.ClusterId, AvailabilityZone: 'us-east-1a' })
  await until(async () => (await copies())[0]?.Hsms?.[0]?.State === 'ACTIVE')
}

const copyAway: Deed = async (client) => {
  const { Backups } = await client.describeBackups({})
  await client.copyBackupToRegion({ BackupId: Backups?.[0]?.BackupId, DestinationRegion: 'us-west-2' })
}

interface Scene {
  readonly what: string
  readonly from: () => string
  readonly deed: Deed
  readonly effects: readonly string[]
  /** How many tokens are live at the end. */
  readonly tokens: number
}

const scenes: readonly Scene[] = [
  { what: 'a cluster is taken offline', from: () => online, deed: takeOffline, effects: ['DeleteHsm'], tokens: 0 },
  { what: 'a cluster is brought online', from: () => offline, deed: bringOnline, effects: ['CreateHsm'], tokens: 1 },
  { what: 'a cluster is cloned', from: () => online, deed: clone, effects: ['CreateCluster', 'CreateHsm'], tokens: 2 },
]

async function clientOf({ entry }: KillableSandbox): Promise<CloudHSMV2> {
  return new CloudHSMV2(clientConfig(await openAws(entry)))
}

async function started(folder: string, crash?: string) {
  const sandbox = await startKillable(program, folder, crash)
  onTestFinished(() => void sandbox.child.kill('SIGKILL'))
  return { ...sandbox, client: await clientOf(sandbox) }
}

function copied(from: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-durable-'))
  cpSync(from, folder, { recursive: true })
  return folder
}

/** Does it, loses power there, starts again, and does what is missing. @returns the sandbox's folder */
async function cutOff({ from, deed }: Pick<Scene, 'from' | 'deed'>, crash: string): Promise<string> {
  const folder = copied(from())
  const first = await started(folder, crash)
  const gone = once(first.child, 'exit')
  await expect(deed(first.client), crash).rejects.toThrow()
  await gone
  const second = await started(folder)
  await deed(second.client)
  await killed(second)
  return folder
}

describe('power that is lost', () => {
  it.each(scenes)('anywhere while $what loses nothing', { timeout: 300_000 }, async (scene) => {
    const undisturbed = copied(scene.from())
    const sandbox = await started(undisturbed)
    await scene.deed(sandbox.client)
    const changes = await ended(sandbox)
    expect(changes).toBeGreaterThan(3)
    expect(operationsIn(undisturbed)).toEqual(scene.effects)
    const points = [
      ...Array.from({ length: changes }, (_, index) => `file:${index + 1}`),
      ...scene.effects.flatMap((_, index) => [`before:${index + 1}`, `after:${index + 1}`]),
    ]
    for (const point of points) {
      const folder = await cutOff(scene, point)
      expect([point, operationsIn(folder)]).toEqual([point, scene.effects])
      expect([point, contentsOf(folder)]).toEqual([point, Array.from({ length: scene.tokens }, () => token)])
    }
  })

  it('anywhere while a backup is copied leaves a copy that is whole and in the ledger, or none', async () => {
    const undisturbed = copied(offline)
    const sandbox = await started(undisturbed)
    await copyAway(sandbox.client)
    const changes = await ended(sandbox)
    const points = Array.from({ length: changes }, (_, index) => `file:${index + 1}`)
    for (const point of [...points, 'before:1', 'after:1']) {
      const folder = copied(offline)
      const first = await started(folder, point)
      const gone = once(first.child, 'exit')
      await expect(copyAway(first.client), point).rejects.toThrow()
      await gone
      await killed(await started(folder))
      const copies = backupsIn(folder).filter(({ copy }) => copy !== undefined)
      expect([point, copies.length]).toEqual([point, operationsIn(folder).length])
      for (const { id } of copies)
        expect([point, contentsOf(folder, join('cloudhsm', 'backups', id))]).toEqual([point, [token]])
    }
  })

  it('comes back with what it was told at the beginning', async () => {
    const folder = copied(offline)
    const { client } = await started(folder)
    expect(await theCluster(client)).toMatchObject({ State: 'ACTIVE', Hsms: [] })
    expect(contentsOf(folder)).toEqual([])
    await bringOnline(client)
    expect(contentsOf(folder)).toHaveLength(1)
  })
})
