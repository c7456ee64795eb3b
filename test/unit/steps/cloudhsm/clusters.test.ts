import { describe, expect, it } from 'vitest'
import { anchored, clusterOf, createdCluster, hsmAt, initialized, refusal, startHsm } from './hsm.ts'
import { onWire } from './wire.ts'

// Statements of hsm-pki.md section 1.3 on clusters, and the conditions of section 1.8.

const invalid = 'CloudHsmInvalidRequestException'
const unknown = 'CloudHsmResourceNotFoundException'

describe('a new cluster', () => {
  it('is CREATE_IN_PROGRESS, then UNINITIALIZED without HSMs and certificates', async () => {
    const hsm = await startHsm()
    const { client, subnets } = hsm
    const { Cluster } = await client.createCluster({ HsmType: 'hsm2m.medium', SubnetIds: [...subnets] })
    expect(Cluster?.State).toBe('CREATE_IN_PROGRESS')
    const id = String(Cluster?.ClusterId)
    expect(await clusterOf(hsm, id)).toMatchObject({ State: 'CREATE_IN_PROGRESS' })
    expect(await clusterOf(hsm, id)).toMatchObject({ State: 'UNINITIALIZED', Hsms: [], Certificates: {} })
  })

  it('takes one to five minutes', async () => {
    const hsm = await startHsm()
    const { client, subnets, world } = hsm
    const begin = world.clock.now()
    const { Cluster } = await client.createCluster({ HsmType: 'hsm2m.medium', SubnetIds: [...subnets] })
    await clusterOf(hsm, String(Cluster?.ClusterId))
    const minutes = (world.clock.now() - begin) / 60_000
    expect(minutes).toBeGreaterThanOrEqual(1)
    expect(minutes).toBeLessThanOrEqual(5)
  })

  it('keeps backups for 90 days, is in FIPS mode, and has a subnet for each zone', async () => {
    const hsm = await startHsm()
    const { Cluster } = await onWire(hsm.client, 'CreateCluster', {
      HsmType: 'hsm2m.medium',
      SubnetIds: [...hsm.subnets],
    })
    expect(Cluster).toMatchObject({
      BackupRetentionPolicy: { Type: 'DAYS', Value: '90' },
      BackupPolicy: 'DEFAULT',
      Mode: 'FIPS',
      NetworkType: 'IPV4',
      SubnetMapping: { 'us-east-1a': hsm.subnets[0], 'us-east-1b': hsm.subnets[1], 'us-east-1c': hsm.subnets[2] },
    })
  })

  it.each([
    ['a subnet that does not exist', { SubnetIds: ['subnet-00000000'] }],
    ['two subnets in one zone', (subnets: readonly string[]) => ({ SubnetIds: [subnets[0], subnets[3]] })],
    ['subnets of two VPCs', (subnets: readonly string[]) => ({ SubnetIds: [subnets[1], subnets[4]] })],
    ['a type that does not exist', { HsmType: 'hsm9.huge' }],
    ['a type that is no type', { HsmType: 'large' }],
    ['hsm1 that is not FIPS', { HsmType: 'hsm1.medium', Mode: 'NON_FIPS' }],
    ['6 days of retention', { BackupRetentionPolicy: { Type: 'DAYS', Value: '6' } }],
    ['380 days of retention', { BackupRetentionPolicy: { Type: 'DAYS', Value: '380' } }],
    ['no subnet', { SubnetIds: [] }],
  ])('is refused with %s', async (_, changed) => {
    const { client, allSubnets, subnets, world } = await startHsm()
    const wanted = typeof changed === 'function' ? changed(allSubnets) : changed
    const call = client.createCluster({ HsmType: 'hsm2m.medium', SubnetIds: [...subnets], ...wanted } as never)
    expect(await refusal(call)).toBe(invalid)
    expect(world.effects).toEqual([])
  })

  it('is refused as the fifth in a Region, and not elsewhere', async () => {
    const hsm = await startHsm()
    for (let index = 0; index < 4; index += 1) await createdCluster(hsm)
    expect(await refusal(createdCluster(hsm))).toBe('CloudHsmServiceException')
    const [first] = (await hsm.client.describeClusters({})).Clusters ?? []
    await hsm.client.deleteCluster({ ClusterId: first?.ClusterId })
    hsm.world.pass(60 * 60_000)
    await createdCluster(hsm)
  })
})

describe('initialization', () => {
  it('has a CSR and the certificates of the hardware only once the first HSM is ACTIVE', async () => {
    const hsm = await startHsm()
    const id = await createdCluster(hsm)
    await hsm.client.createHsm({ ClusterId: id, AvailabilityZone: 'us-east-1a' })
    const before = await clusterOf(hsm, id)
    expect([before?.Hsms?.[0]?.State, before?.Certificates]).toEqual(['CREATE_IN_PROGRESS', {}])
    const after = await clusterOf(hsm, id)
    expect([after?.Hsms?.[0]?.State, after?.State]).toEqual(['ACTIVE', 'UNINITIALIZED'])
    expect(Object.keys(after?.Certificates ?? {}).toSorted()).toEqual([
      'AwsHardwareCertificate',
      'ClusterCsr',
      'HsmCertificate',
      'ManufacturerHardwareCertificate',
    ])
  })

  it('goes over INITIALIZE_IN_PROGRESS to INITIALIZED, and leaves the cluster certificate alone', async () => {
    const hsm = await startHsm()
    const id = await createdCluster(hsm)
    const wanted = await anchored(hsm, id)
    expect(await hsm.client.initializeCluster(wanted)).toMatchObject({
      State: 'INITIALIZE_IN_PROGRESS',
      StateMessage: 'Cluster is initializing. State will change to INITIALIZED upon completion.',
    })
    expect((await clusterOf(hsm, id))?.State).toBe('INITIALIZE_IN_PROGRESS')
    const after = await clusterOf(hsm, id)
    expect([after?.State, after?.Certificates]).toEqual(['INITIALIZED', { ClusterCertificate: wanted.SignedCert }])
  })

  it('is refused before there is an HSM, and a second time', async () => {
    const hsm = await startHsm()
    const [one, two] = [await createdCluster(hsm), await createdCluster(hsm)]
    const wanted = await anchored(hsm, one)
    expect(await refusal(hsm.client.initializeCluster({ ...wanted, ClusterId: two }))).toBe(invalid)
    await hsm.client.initializeCluster(wanted)
    expect(await refusal(hsm.client.initializeCluster(wanted))).toBe(invalid)
    hsm.world.pass(60 * 60_000)
    expect(await refusal(hsm.client.initializeCluster(wanted))).toBe(invalid)
  })

  it('makes no backup: activation will', async () => {
    const hsm = await startHsm()
    await initialized(hsm)
    hsm.world.pass(48 * 60 * 60_000)
    expect((await hsm.client.describeBackups({})).Backups).toEqual([])
  })
})

describe('the end of a cluster', () => {
  it('is refused as long as it has an HSM, goes over DELETE_IN_PROGRESS to DELETED, and vanishes', async () => {
    const hsm = await startHsm()
    const id = await createdCluster(hsm)
    const { eniId } = await hsmAt(hsm, id, 'us-east-1a')
    expect(await refusal(hsm.client.deleteCluster({ ClusterId: id }))).toBe(invalid)
    await hsm.client.deleteHsm({ ClusterId: id, EniId: eniId })
    expect((await clusterOf(hsm, id))?.Hsms).toMatchObject([{ State: 'DELETE_IN_PROGRESS' }])
    expect((await clusterOf(hsm, id))?.Hsms).toEqual([])
    const { Cluster } = await hsm.client.deleteCluster({ ClusterId: id })
    expect(Cluster).toMatchObject({ State: 'DELETE_IN_PROGRESS', StateMessage: 'The cluster is being deleted.' })
    expect((await clusterOf(hsm, id))?.State).toBe('DELETE_IN_PROGRESS')
    expect((await clusterOf(hsm, id))?.State).toBe('DELETED')
    expect(await refusal(hsm.client.deleteCluster({ ClusterId: id }))).toBe(unknown)
    hsm.world.pass(24 * 60 * 60_000)
    expect(await clusterOf(hsm, id)).toBeUndefined()
  })

  it('is answered as unknown for a cluster that never was, and DescribeClusters with an empty list', async () => {
    const hsm = await startHsm()
    const id = 'cluster-igklspoyj5v'
    expect(await refusal(hsm.client.deleteCluster({ ClusterId: id }))).toBe(unknown)
    expect(await clusterOf(hsm, id)).toBeUndefined()
  })
})
