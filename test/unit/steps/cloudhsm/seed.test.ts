import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../engine/step/json.ts'
import { clusterOf, seeded, startHsm } from './hsm.ts'

const wanted = (clusters: JsonObject): JsonObject => ({ cloudhsm: { clusters } })

describe('a cluster that is there from the beginning', () => {
  it('is ACTIVE with two HSMs in two zones, and has the backups of its days', async () => {
    const hsm = await startHsm({ wanted: wanted({ root: { name: 'example-root', ageDays: 30 } }) })
    const root = seeded(hsm, 'root')
    const cluster = await clusterOf(hsm, root.id)
    expect(cluster).toMatchObject({ State: 'ACTIVE', TagList: [{ Key: 'Name', Value: 'example-root' }] })
    expect(cluster?.Hsms?.map(({ AvailabilityZone, State }) => `${AvailabilityZone} ${State}`)).toEqual([
      'us-east-1a ACTIVE',
      'us-east-1b ACTIVE',
    ])
    const { Backups = [] } = await hsm.client.describeBackups({})
    expect(Backups).toHaveLength(31)
    expect(Backups[0]).toMatchObject({ BackupId: root.backupId, BackupState: 'READY' })
  })

  it('is offline without HSMs, and its newest backup is of then', async () => {
    const hsm = await startHsm({ wanted: wanted({ root: { hsms: 0 } }) })
    const root = seeded(hsm, 'root')
    expect(await clusterOf(hsm, root.id)).toMatchObject({ State: 'ACTIVE', Hsms: [] })
    expect((await hsm.client.describeBackups({})).Backups?.[0]?.BackupId).toBe(root.backupId)
  })

  it('may be UNINITIALIZED, with an HSM and so with a CSR', async () => {
    const hsm = await startHsm({ wanted: wanted({ fresh: { state: 'UNINITIALIZED', hsms: 1 } }) })
    const cluster = await clusterOf(hsm, seeded(hsm, 'fresh').id)
    expect(cluster?.State).toBe('UNINITIALIZED')
    expect(cluster?.Certificates?.ClusterCsr).toContain('BEGIN CERTIFICATE REQUEST')
  })

  it('has lost to its retention policy what is older', async () => {
    const hsm = await startHsm({ wanted: wanted({ old: { ageDays: 20, retentionDays: 7 } }) })
    expect((await hsm.client.describeBackups({})).Backups).toHaveLength(7)
  })

  it('is made once, with the same facts at each start', async () => {
    const first = await startHsm({ wanted: wanted({ root: {} }) })
    await first.running.stop()
    const again = await startHsm({ wanted: wanted({ root: {} }), world: first.world })
    expect(again.facts['cloudhsm']).toEqual(first.facts['cloudhsm'])
    expect((await again.client.describeClusters({})).Clusters).toHaveLength(1)
  })

  it('gives out the roots of the hardware and where clusters can be, also when it makes nothing', async () => {
    const { facts, subnets } = await startHsm({ wanted: { cloudhsm: {} } })
    expect(facts['cloudhsm']).toMatchObject({
      subnetIds: subnets,
      availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      awsRootPem: expect.stringContaining('BEGIN CERTIFICATE') as unknown,
      manufacturerRootPem: expect.stringContaining('BEGIN CERTIFICATE') as unknown,
    })
  })

  it('is refused with words that nobody knows', async () => {
    await expect(startHsm({ wanted: wanted({ root: { hsm: 2 } }) })).rejects.toMatchObject({ code: 'invalid' })
  })
})
