import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { claimWithOpenSsl } from './issuing-ca.ts'

/** Members of answers that a life cycle looks at, as the API spells them. */
export interface ShownCluster {
  readonly ClusterId: string
  readonly State: string
  readonly Hsms: readonly { readonly EniId: string; readonly EniIp: string; readonly State: string }[]
  readonly Certificates: { readonly ClusterCsr?: string }
}
export interface ShownBackup {
  readonly BackupId: string
  readonly BackupState: string
  readonly ClusterId?: string
}

/** A client of CloudHSM in one Region: whichever program, and the API's own words. */
export type Ask = (operation: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>

export interface Region {
  readonly ask: Ask
  readonly name: string
  readonly subnetIds: readonly string[]
}

/**
 * A cluster from its creation to its end, and a clone of it in another Region: through nothing but the API, and what activates it.
 * Waits by looking again, as somebody does who knows no clock but their own.
 *
 * @param activate sets the first password
 */
export async function liveWholeLife(
  here: Region,
  there: Region,
  activate: (clusterId: string, trustAnchorPath: string) => Promise<void>,
): Promise<void> {
  const id = await create(here, {})
  await addHsm(here, id, 'a')
  const { Certificates } = await cluster(here, id)
  const claim = claimWithOpenSsl(String(Certificates.ClusterCsr))
  await here.ask('InitializeCluster', { ClusterId: id, ...claim })
  await until(async () => (await cluster(here, id)).State === 'INITIALIZED')
  const anchor = join(mkdtempSync(join(tmpdir(), 'runbook-anchor-')), 'customerCA.crt')
  writeFileSync(anchor, claim.TrustAnchor)
  await activate(id, anchor)
  await until(async () => (await cluster(here, id)).State === 'ACTIVE')
  await addHsm(here, id, 'b')

  await here.ask('ModifyCluster', { ClusterId: id, BackupRetentionPolicy: { Type: 'DAYS', Value: '30' } })
  await here.ask('TagResource', { ResourceId: id, TagList: [{ Key: 'Owner', Value: 'pki' }] })
  await here.ask('UntagResource', { ResourceId: id, TagKeyList: ['Name'] })
  expect((await here.ask('ListTags', { ResourceId: id }))['TagList']).toEqual([{ Key: 'Owner', Value: 'pki' }])

  await until(async () => (await backups(here, { clusterIds: [id], states: ['READY'] })).length === 2)
  const [kept, other] = await backups(here, { clusterIds: [id] })
  await here.ask('ModifyBackupAttributes', { BackupId: kept?.BackupId, NeverExpires: true })
  await here.ask('DeleteBackup', { BackupId: other?.BackupId })
  await here.ask('RestoreBackup', { BackupId: other?.BackupId })
  await here.ask('CopyBackupToRegion', { BackupId: kept?.BackupId, DestinationRegion: there.name })
  const copies = () => backups(there, { sourceBackupIds: [String(kept?.BackupId)] })
  await until(async () => (await copies())[0]?.BackupState === 'READY')
  const clone = await create(there, { SourceBackupId: (await copies())[0]?.BackupId })
  expect(await cluster(there, clone)).toMatchObject({ State: 'ACTIVE', Hsms: [] })
  await addHsm(there, clone, 'c')
  await end(there, clone)
  await end(here, id)
  const left = await backups(here, { clusterIds: [id], states: ['READY'] })
  expect(left.length).toBe(4)
}

async function create({ ask, subnetIds, name }: Region, changed: Record<string, unknown>): Promise<string> {
  const wanted = { HsmType: 'hsm2m.medium', SubnetIds: subnetIds, TagList: [{ Key: 'Name', Value: 'example-root' }] }
  const { Cluster } = await ask('CreateCluster', { ...wanted, ...changed })
  const { ClusterId: id } = Cluster as ShownCluster
  await until(async () => (await cluster({ ask, subnetIds, name }, id)).State !== 'CREATE_IN_PROGRESS')
  return id
}

async function addHsm(region: Region, id: string, zone: string): Promise<void> {
  const before = (await cluster(region, id)).Hsms.length
  await region.ask('CreateHsm', { ClusterId: id, AvailabilityZone: `${region.name}${zone}` })
  await until(async () => {
    const { Hsms } = await cluster(region, id)
    return Hsms.length === before + 1 && Hsms.every(({ State }) => State === 'ACTIVE')
  })
}

/** Deletes HSMs one after the other, then the cluster. */
async function end(region: Region, id: string): Promise<void> {
  for (const { EniId } of (await cluster(region, id)).Hsms) {
    await region.ask('DeleteHsm', { ClusterId: id, EniId })
    await until(async () => (await cluster(region, id)).Hsms.every((hsm) => hsm.EniId !== EniId))
    await until(async () => (await backups(region, { clusterIds: [id], states: ['CREATE_IN_PROGRESS'] })).length === 0)
  }
  await region.ask('DeleteCluster', { ClusterId: id })
  await until(async () => (await cluster(region, id)).State === 'DELETED')
}

async function cluster({ ask }: Region, id: string): Promise<ShownCluster> {
  const { Clusters } = await ask('DescribeClusters', { Filters: { clusterIds: [id] } })
  const [found] = Clusters as ShownCluster[]
  if (found === undefined) throw new Error(`${id} is not there`)
  return found
}

async function backups({ ask }: Region, filters: Record<string, string[]>): Promise<ShownBackup[]> {
  return (await ask('DescribeBackups', { Filters: filters }))['Backups'] as ShownBackup[]
}

/** Looks again until it is so: nothing that is waited for here needs more than a few looks. */
async function until(claim: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 20; looks += 1) if (await claim()) return
  throw new Error(`still not so after 20 looks: ${String(claim)}`)
}
