import { describe, expect, it } from 'vitest'
import { backupsOf, clusterOf, deletedHsm, refusal, startActive, type Hsm } from './hsm.ts'

// Statements of hsm-pki.md section 1.5.

const invalid = 'CloudHsmInvalidRequestException'
const dayMs = 24 * 60 * 60_000

async function statesOf(hsm: Hsm): Promise<(string | undefined)[]> {
  return (await backupsOf(hsm)).map(({ BackupState }) => BackupState)
}

describe('backups that the service makes by itself', () => {
  it('are one a day', async () => {
    const hsm = await startActive()
    const before = await backupsOf(hsm)
    hsm.world.pass(5 * dayMs)
    const made = (await backupsOf(hsm)).slice(0, -before.length)
    expect(made).toHaveLength(5)
    const times = made.map(({ CreateTimestamp }) => CreateTimestamp?.getTime() ?? 0)
    expect(times.slice(1).map((time, index) => (times[index] ?? 0) - time)).toEqual([dayMs, dayMs, dayMs, dayMs])
  })

  it('are not made of a cluster without HSMs', async () => {
    const hsm = await startActive({ hsms: 0 })
    const before = await backupsOf(hsm)
    hsm.world.pass(5 * dayMs)
    expect(await backupsOf(hsm)).toHaveLength(before.length)
  })
})

describe('retention', () => {
  it('purges what is older than the policy says, and leaves it restorable for seven days', async () => {
    const hsm = await startActive({ retentionDays: 7, ageDays: 6 })
    const oldest = (await backupsOf(hsm)).at(-1)
    hsm.world.pass(2 * dayMs)
    expect((await backupsOf(hsm)).find(({ BackupId }) => BackupId === oldest?.BackupId)?.BackupState).toBe(
      'PENDING_DELETION',
    )
    hsm.world.pass(8 * dayMs)
    expect((await backupsOf(hsm)).find(({ BackupId }) => BackupId === oldest?.BackupId)?.BackupState).toBe('DELETED')
  })

  it('never takes the last one of a cluster, however old it is', async () => {
    const hsm = await startActive({ hsms: 0, retentionDays: 7, ageDays: 3 })
    const [newest] = await backupsOf(hsm)
    hsm.world.pass(400 * dayMs)
    expect(await backupsOf(hsm)).toMatchObject([{ BackupId: newest?.BackupId, BackupState: 'READY' }])
  })

  it('never takes one that never expires', async () => {
    const hsm = await startActive({ retentionDays: 7, ageDays: 3 })
    const oldest = (await backupsOf(hsm)).at(-1)
    const { Backup } = await hsm.client.modifyBackupAttributes({ BackupId: oldest?.BackupId, NeverExpires: true })
    expect(Backup?.NeverExpires).toBe(true)
    hsm.world.pass(30 * dayMs)
    const stateOf = async () =>
      (await backupsOf(hsm)).find(({ BackupId }) => BackupId === oldest?.BackupId)?.BackupState
    expect(await stateOf()).toBe('READY')
    await hsm.client.modifyBackupAttributes({ BackupId: oldest?.BackupId, NeverExpires: false })
    hsm.world.pass(2 * dayMs)
    expect(await stateOf()).toBe('PENDING_DELETION')
  })

  it('purges again what was restored, unless the policy was changed before', async () => {
    const hsm = await startActive({ retentionDays: 7, ageDays: 6 })
    const id = String((await backupsOf(hsm)).at(-1)?.BackupId)
    const stateOf = async () => (await backupsOf(hsm)).find(({ BackupId }) => BackupId === id)?.BackupState
    hsm.world.pass(2 * dayMs)
    await hsm.client.restoreBackup({ BackupId: id })
    expect(await stateOf()).toBe('READY')
    hsm.world.pass(2 * dayMs)
    expect(await stateOf()).toBe('PENDING_DELETION')
    const { Cluster } = await hsm.client.modifyCluster({
      ClusterId: hsm.id,
      BackupRetentionPolicy: { Type: 'DAYS', Value: '379' },
    })
    expect(Cluster?.BackupRetentionPolicy).toEqual({ Type: 'DAYS', Value: '379' })
    await hsm.client.restoreBackup({ BackupId: id })
    hsm.world.pass(2 * dayMs)
    expect(await stateOf()).toBe('READY')
  })

  it('goes on behind the end of the cluster', async () => {
    const hsm = await startActive({ retentionDays: 7, ageDays: 3, hsms: 1 })
    const [only] = (await clusterOf(hsm, hsm.id))?.Hsms ?? []
    await deletedHsm(hsm, hsm.id, String(only?.EniId))
    await hsm.client.deleteCluster({ ClusterId: hsm.id })
    const [newest] = await backupsOf(hsm)
    hsm.world.pass(100 * dayMs)
    expect(await backupsOf(hsm)).toMatchObject([{ BackupId: newest?.BackupId, BackupState: 'READY' }])
  })

  it.each(['6', '380', '0'])('of %s days is refused', async (Value) => {
    const hsm = await startActive()
    const call = hsm.client.modifyCluster({ ClusterId: hsm.id, BackupRetentionPolicy: { Type: 'DAYS', Value } })
    expect(await refusal(call)).toBe(invalid)
  })
})

describe('a backup that is deleted', () => {
  it('is PENDING_DELETION and says until when, seven days; then DELETED', async () => {
    const hsm = await startActive()
    const [newest] = await backupsOf(hsm)
    const now = hsm.world.clock.now()
    const { Backup } = await hsm.client.deleteBackup({ BackupId: newest?.BackupId })
    expect(Backup).toMatchObject({ BackupState: 'PENDING_DELETION', DeleteTimestamp: new Date(now + 7 * dayMs) })
    expect((await statesOf(hsm))[0]).toBe('PENDING_DELETION')
    hsm.world.pass(7 * dayMs)
    const later = (await backupsOf(hsm)).find(({ BackupId }) => BackupId === newest?.BackupId)
    expect(later?.BackupState).toBe('DELETED')
    expect(await refusal(hsm.client.restoreBackup({ BackupId: newest?.BackupId }))).toBe(
      'CloudHsmResourceNotFoundException',
    )
  })

  it('is READY again once restored, and cannot be restored twice', async () => {
    const hsm = await startActive()
    const [newest] = await backupsOf(hsm)
    await hsm.client.deleteBackup({ BackupId: newest?.BackupId })
    const { Backup } = await hsm.client.restoreBackup({ BackupId: newest?.BackupId })
    expect(Backup?.BackupState).toBe('READY')
    expect(Backup?.DeleteTimestamp).toBeUndefined()
    expect(await refusal(hsm.client.restoreBackup({ BackupId: newest?.BackupId }))).toBe(invalid)
  })

  it('was purged by the retention policy just before, when that fault is asked for', async () => {
    const hsm = await startActive()
    const [newest] = await backupsOf(hsm)
    hsm.world.plan('cloudhsm:DeleteBackup', 'purged')
    expect(await refusal(hsm.client.deleteBackup({ BackupId: newest?.BackupId }))).toBe(invalid)
    expect((await backupsOf(hsm))[0]?.BackupState).toBe('PENDING_DELETION')
    expect(hsm.world.effects).toEqual([])
  })

  it('is refused before it is READY, and when it is not there', async () => {
    const hsm = await startActive()
    const [first] = (await clusterOf(hsm, hsm.id))?.Hsms ?? []
    await hsm.client.deleteHsm({ ClusterId: hsm.id, EniId: String(first?.EniId) })
    const [newest] = await backupsOf(hsm)
    hsm.world.pass(-60 * 60_000)
    expect(await refusal(hsm.client.deleteBackup({ BackupId: newest?.BackupId }))).toBe(invalid)
    expect(await refusal(hsm.client.deleteBackup({ BackupId: 'backup-ro5c4er4aac' }))).toBe(
      'CloudHsmResourceNotFoundException',
    )
  })
})
