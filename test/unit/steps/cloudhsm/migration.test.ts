import { describe, expect, it } from 'vitest'
import { backupsOf, clusterOf, hsmAt, refusal, startActive, type Hsm } from './hsm.ts'
import { onWire } from './wire.ts'

// Statements of hsm-pki.md sections 1.3, 1.4 and 1.7 on the migration to another HSM type.

const invalid = 'CloudHsmInvalidRequestException'
const hourMs = 60 * 60_000
const old = { hsmType: 'hsm1.medium' }

async function modified({ client, id }: Hsm & { readonly id: string }, changed: Record<string, string>) {
  return (await onWire(client, 'ModifyCluster', { ClusterId: id, ...changed }))['Cluster']
}

describe('a migration', () => {
  it('goes over MODIFY_IN_PROGRESS, half an hour for each HSM, to ACTIVE with the new type', async () => {
    const hsm = await startActive(old)
    const before = await clusterOf(hsm, hsm.id)
    expect(await modified(hsm, { HsmType: 'hsm2m.medium' })).toMatchObject({
      State: 'MODIFY_IN_PROGRESS',
      HsmType: 'hsm1.medium',
    })
    hsm.world.pass(hourMs - 1)
    expect((await clusterOf(hsm, hsm.id))?.State).toBe('MODIFY_IN_PROGRESS')
    const after = await clusterOf(hsm, hsm.id)
    expect(after).toMatchObject({ State: 'ACTIVE', HsmType: 'hsm2m.medium' })
    const [was, is] = [before, after].map((each) => each?.Hsms?.map(({ EniId, EniIp }) => `${EniId} ${EniIp}`))
    expect(is).toEqual(was)
  })

  it('shows for a day until when it can be taken back, on the wire', async () => {
    const hsm = await startActive(old)
    await modified(hsm, { HsmType: 'hsm2m.medium' })
    hsm.world.pass(hourMs)
    const now = hsm.world.clock.now()
    const { Clusters } = await onWire(hsm.client, 'DescribeClusters', {})
    expect(Clusters).toMatchObject([{ HsmTypeRollbackExpiration: (now + 24 * hourMs) / 1000 }])
    hsm.world.pass(24 * hourMs)
    expect((await onWire(hsm.client, 'DescribeClusters', {}))['Clusters']).not.toHaveProperty(
      '0.HsmTypeRollbackExpiration',
    )
    await expect(modified(hsm, { HsmType: 'hsm1.medium' })).rejects.toMatchObject({ name: invalid })
  })

  it('is taken back over ROLLBACK_IN_PROGRESS', async () => {
    const hsm = await startActive(old)
    await modified(hsm, { HsmType: 'hsm2m.medium' })
    hsm.world.pass(2 * hourMs)
    expect(await modified(hsm, { HsmType: 'hsm1.medium' })).toMatchObject({ State: 'ROLLBACK_IN_PROGRESS' })
    expect((await clusterOf(hsm, hsm.id))?.State).toBe('ROLLBACK_IN_PROGRESS')
    expect(await clusterOf(hsm, hsm.id)).toMatchObject({ State: 'ACTIVE', HsmType: 'hsm1.medium' })
  })

  it('lets no HSM come or go meanwhile', async () => {
    const hsm = await startActive(old)
    await modified(hsm, { HsmType: 'hsm2m.medium' })
    const [first] = (await clusterOf(hsm, hsm.id))?.Hsms ?? []
    hsm.world.pass(-hourMs)
    expect(await refusal(hsmAt(hsm, hsm.id, 'us-east-1c'))).toBe(invalid)
    expect(await refusal(hsm.client.deleteHsm({ ClusterId: hsm.id, EniId: String(first?.EniId) }))).toBe(invalid)
  })

  it.each([
    ['to an older type', {}, { HsmType: 'hsm1.medium' }, {}],
    ['to a type that does not exist', old, { HsmType: 'hsm9.huge' }, {}],
    ['with more than 27 HSMs', old, { HsmType: 'hsm2m.medium' }, { hsmsOfMigration: 1 }],
    ['with clients that are too old', old, { HsmType: 'hsm2m.medium' }, { clientsReadyForMigration: false }],
    ['of nothing', old, {}, {}],
  ])('is refused %s', async (_, words, changed, settings) => {
    const hsm = await startActive(words, { settings })
    await expect(modified(hsm, changed)).rejects.toMatchObject({ name: invalid })
  })

  it('leaves the HSMs their ids, by a setting [?]', async () => {
    const hsm = await startActive(old, { settings: { migrationReplacesHsms: false } })
    const before = (await clusterOf(hsm, hsm.id))?.Hsms?.map(({ HsmId }) => HsmId)
    await modified(hsm, { HsmType: 'hsm2m.medium' })
    hsm.world.pass(2 * hourMs)
    expect((await clusterOf(hsm, hsm.id))?.Hsms?.map(({ HsmId }) => HsmId)).toEqual(before)
  })

  it('makes backups of the new type afterwards', async () => {
    const hsm = await startActive(old)
    await modified(hsm, { HsmType: 'hsm2m.medium' })
    hsm.world.pass(23 * hourMs)
    const { Backups } = await onWire(hsm.client, 'DescribeBackups', { Filters: { clusterIds: [hsm.id] } })
    expect(Backups).toMatchObject([{ HsmType: 'hsm2m.medium' }, { HsmType: 'hsm1.medium' }, {}])
    expect(await backupsOf(hsm)).toHaveLength(3)
  })
})
