import { describe, expect, it } from 'vitest'
import { backupsOf, clusterOf, createdCluster, deletedHsm, hsmAt, refusal, startActive, startHsm } from './hsm.ts'

// Statements of hsm-pki.md sections 1.3, 1.5 and 1.7 on HSMs of a cluster.

const invalid = 'CloudHsmInvalidRequestException'
const hourMs = 60 * 60_000

describe('an HSM that is created', () => {
  it('is CREATE_IN_PROGRESS, then ACTIVE, at an address of the subnet of its zone', async () => {
    const hsm = await startActive({ hsms: 1 })
    const { Hsm } = await hsm.client.createHsm({ ClusterId: hsm.id, AvailabilityZone: 'us-east-1c' })
    expect(Hsm).toMatchObject({
      State: 'CREATE_IN_PROGRESS',
      AvailabilityZone: 'us-east-1c',
      SubnetId: hsm.subnets[2],
      ClusterId: hsm.id,
    })
    expect(Hsm?.EniIp).toMatch(/^10\.0\.3\.\d+$/)
    const stateOf = async () => (await clusterOf(hsm, hsm.id))?.Hsms?.find(({ HsmId }) => HsmId === Hsm?.HsmId)?.State
    expect([await stateOf(), await stateOf()]).toEqual(['CREATE_IN_PROGRESS', 'ACTIVE'])
  })

  it('makes a backup of a cluster that has HSMs already', async () => {
    const hsm = await startActive({ hsms: 1 })
    const before = await backupsOf(hsm)
    const begin = hsm.world.clock.now()
    await hsmAt(hsm, hsm.id, 'us-east-1b')
    const [newest, ...others] = await backupsOf(hsm)
    expect(others).toHaveLength(before.length)
    expect(newest).toMatchObject({ BackupState: 'READY', ClusterId: hsm.id, CreateTimestamp: new Date(begin) })
  })

  it('has another address than the one that was deleted, unless that is asked for', async () => {
    const hsm = await startActive({ hsms: 1 })
    const [first] = (await clusterOf(hsm, hsm.id))?.Hsms ?? []
    await deletedHsm(hsm, hsm.id, String(first?.EniId))
    const second = await hsmAt(hsm, hsm.id, 'us-east-1a')
    expect(second.eniIp).not.toBe(first?.EniIp)
    await deletedHsm(hsm, hsm.id, second.eniId)
    expect((await hsmAt(hsm, hsm.id, 'us-east-1a', first?.EniIp)).eniIp).toBe(first?.EniIp)
  })

  it.each([
    ['in a zone that the cluster has no subnet in', { AvailabilityZone: 'us-east-1d' }],
    ['at an address of another subnet', { IpAddress: '10.0.2.9' }],
    ['at an address that AWS keeps', { IpAddress: '10.0.1.3' }],
    ['at an address that is in use', { IpAddress: '10.0.1.4' }],
    ['at what is no address', { IpAddress: '10.0.1.x' }],
  ])('is refused %s', async (_, changed) => {
    const hsm = await startActive({ hsms: 1 })
    const call = hsm.client.createHsm({ ClusterId: hsm.id, AvailabilityZone: 'us-east-1a', ...changed })
    expect(await refusal(call)).toBe(invalid)
  })

  it('is refused as the seventh in a Region, whichever clusters they are of', async () => {
    const hsm = await startActive({ hsms: 5 })
    const other = await createdCluster(hsm)
    await hsmAt(hsm, other, 'us-east-1a')
    expect(await refusal(hsmAt(hsm, hsm.id, 'us-east-1a'))).toBe('CloudHsmServiceException')
  })

  it('is refused as the 29th of a cluster, whatever the account may have', async () => {
    const hsm = await startActive({ hsms: 3 }, { settings: { hsmQuota: 100, hsmsPerCluster: 3 } })
    expect(await refusal(hsmAt(hsm, hsm.id, 'us-east-1a'))).toBe('CloudHsmServiceException')
  })

  it('is refused while the cluster is being created, and when there is no such cluster', async () => {
    const hsm = await startHsm()
    const { Cluster } = await hsm.client.createCluster({ HsmType: 'hsm2m.medium', SubnetIds: [...hsm.subnets] })
    const wanted = { ClusterId: String(Cluster?.ClusterId), AvailabilityZone: 'us-east-1a' }
    expect(await refusal(hsm.client.createHsm(wanted))).toBe(invalid)
    expect(await refusal(hsm.client.createHsm({ ...wanted, ClusterId: 'cluster-igklspoyj5v' }))).toBe(
      'CloudHsmResourceNotFoundException',
    )
  })
})

describe('an HSM that is deleted', () => {
  it.each(['HsmId', 'EniId', 'EniIp'] as const)('is found by its %s', async (member) => {
    const hsm = await startActive()
    const [first] = (await clusterOf(hsm, hsm.id))?.Hsms ?? []
    const { HsmId } = await hsm.client.deleteHsm({ ClusterId: hsm.id, [member]: first?.[member] })
    expect(HsmId).toBe(first?.HsmId)
  })

  it('needs one name, of an HSM of this cluster', async () => {
    const hsm = await startActive()
    const [first] = (await clusterOf(hsm, hsm.id))?.Hsms ?? []
    expect(await refusal(hsm.client.deleteHsm({ ClusterId: hsm.id }))).toBe(invalid)
    const both = { ClusterId: hsm.id, HsmId: String(first?.HsmId), EniId: String(first?.EniId) }
    expect(await refusal(hsm.client.deleteHsm(both))).toBe(invalid)
    const other = { ClusterId: hsm.id, EniId: 'eni-0123456789abcdef0' }
    expect(await refusal(hsm.client.deleteHsm(other))).toBe('CloudHsmResourceNotFoundException')
  })

  it('makes a backup that is not older than the deletion, the last one too', async () => {
    const hsm = await startActive()
    for (const { EniId = '' } of (await clusterOf(hsm, hsm.id))?.Hsms ?? []) {
      const begin = hsm.world.clock.now()
      await hsm.client.deleteHsm({ ClusterId: hsm.id, EniId })
      const [newest] = await backupsOf(hsm)
      expect(newest).toMatchObject({ BackupState: 'CREATE_IN_PROGRESS', ClusterId: hsm.id })
      expect(newest?.CreateTimestamp?.getTime()).toBeGreaterThanOrEqual(begin)
      hsm.world.pass(hourMs)
      expect((await backupsOf(hsm))[0]).toMatchObject({ BackupId: newest?.BackupId, BackupState: 'READY' })
    }
    expect(await clusterOf(hsm, hsm.id)).toMatchObject({ State: 'ACTIVE', Hsms: [] })
  })

  it('makes a backup that takes an hour longer, when the service is slow', async () => {
    const hsm = await startActive({ hsms: 1 })
    const [first] = (await clusterOf(hsm, hsm.id))?.Hsms ?? []
    hsm.world.plan('cloudhsm:DeleteHsm', 'slow')
    await deletedHsm(hsm, hsm.id, String(first?.EniId))
    expect((await backupsOf(hsm))[0]?.BackupState).toBe('CREATE_IN_PROGRESS')
    hsm.world.pass(hourMs)
    expect((await backupsOf(hsm))[0]?.BackupState).toBe('READY')
  })
})

describe('a cluster that is brought online', () => {
  it('waits for the backup that it was taken offline with', async () => {
    const hsm = await startActive({ hsms: 1 })
    const [first] = (await clusterOf(hsm, hsm.id))?.Hsms ?? []
    hsm.world.plan('cloudhsm:DeleteHsm', 'slow')
    await hsm.client.deleteHsm({ ClusterId: hsm.id, EniId: String(first?.EniId) })
    const { Hsm } = await hsm.client.createHsm({ ClusterId: hsm.id, AvailabilityZone: 'us-east-1a' })
    const stateOf = async () => (await clusterOf(hsm, hsm.id))?.Hsms?.find(({ HsmId }) => HsmId === Hsm?.HsmId)?.State
    hsm.world.pass(hourMs)
    expect(await stateOf()).toBe('CREATE_IN_PROGRESS')
    hsm.world.pass(hourMs)
    expect(await stateOf()).toBe('ACTIVE')
  })

  it('is refused when nothing is left to make it of', async () => {
    const hsm = await startActive({ hsms: 0 })
    for (const { BackupId } of await backupsOf(hsm)) await hsm.client.deleteBackup({ BackupId })
    const call = hsm.client.createHsm({ ClusterId: hsm.id, AvailabilityZone: 'us-east-1a' })
    expect(await refusal(call)).toBe(invalid)
  })

  it('makes no backup of nothing', async () => {
    const hsm = await startActive({ hsms: 0 })
    const before = await backupsOf(hsm)
    hsm.world.pass(72 * hourMs)
    await hsmAt(hsm, hsm.id, 'us-east-1a')
    expect(await backupsOf(hsm)).toHaveLength(before.length)
  })
})
