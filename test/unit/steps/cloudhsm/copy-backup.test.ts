import type { CloudHSMV2 } from '@aws-sdk/client-cloudhsm-v2'
import { describe, expect, it } from 'vitest'
import { networkOf } from '../../../../steps/aws/simulator/network.ts'
import { backupsOf, clientIn, clusterOf, hsmAt, refusal, startActive, type Hsm } from './hsm.ts'
import { onWire } from './wire.ts'

// Statements of hsm-pki.md section 1.6.

const invalid = 'CloudHsmInvalidRequestException'
const dayMs = 24 * 60 * 60_000
const there = 'us-west-2'

interface Pair {
  readonly hsm: Hsm & { readonly id: string }
  readonly other: CloudHSMV2
  readonly source: string
}

async function startPair(words = {}): Promise<Pair> {
  const hsm = await startActive(words)
  const other = await clientIn(hsm, { region: there })
  return { hsm, other, source: String((await backupsOf(hsm))[0]?.BackupId) }
}

/** The copy of a backup: a Region lists one only some time after it was asked for [?]. */
async function copyOf(other: CloudHSMV2, source: string) {
  const look = async () => (await other.describeBackups({ Filters: { sourceBackupIds: [source] } })).Backups?.[0]
  return (await look()) ?? (await look())
}

describe('a copy of a backup in another Region', () => {
  it('is answered without its id, and found by its source', async () => {
    const { hsm, other, source } = await startPair()
    const [original] = await backupsOf(hsm)
    const answer = await onWire(hsm.client, 'CopyBackupToRegion', { BackupId: source, DestinationRegion: there })
    expect(answer).toEqual({
      DestinationBackup: {
        CreateTimestamp: Number(original?.CreateTimestamp?.getTime()) / 1000,
        SourceRegion: 'us-east-1',
        SourceBackup: source,
        SourceCluster: hsm.id,
      },
    })
    const now = hsm.world.clock.now()
    const copy = await copyOf(other, source)
    expect(copy?.BackupId).not.toBe(source)
    expect(copy).toMatchObject({
      BackupState: 'CREATE_IN_PROGRESS',
      CreateTimestamp: original?.CreateTimestamp,
      CopyTimestamp: new Date(now),
      SourceRegion: 'us-east-1',
      SourceBackup: source,
      SourceCluster: hsm.id,
    })
    expect((await copyOf(other, source))?.BackupState).toBe('READY')
  })

  it('has no cluster that owns it, and no retention policy', async () => {
    const { hsm, other, source } = await startPair({ retentionDays: 7 })
    await hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion: there })
    hsm.world.pass(500 * dayMs)
    const copy = await copyOf(other, source)
    expect([copy?.BackupState, copy?.ClusterId]).toEqual(['READY', undefined])
  })

  it('has the tags that were given, else those of its source', async () => {
    const { hsm, other, source } = await startPair()
    await hsm.client.tagResource({ ResourceId: source, TagList: [{ Key: 'keeps', Value: 'root' }] })
    await hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion: there })
    expect((await copyOf(other, source))?.TagList).toEqual([{ Key: 'keeps', Value: 'root' }])
    const TagList = [{ Key: 'copy', Value: '2' }]
    await hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion: 'eu-west-1', TagList })
    expect((await copyOf(await clientIn(hsm, { region: 'eu-west-1' }), source))?.TagList).toEqual(TagList)
  })

  it('expires although its source never does [?], by a setting', async () => {
    const { hsm, other, source } = await startPair()
    await hsm.client.modifyBackupAttributes({ BackupId: source, NeverExpires: true })
    await hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion: there })
    expect((await copyOf(other, source))?.NeverExpires).toBe(false)
    const inheriting = await startActive({}, { settings: { copiesInheritNeverExpires: true } })
    const BackupId = String((await backupsOf(inheriting))[0]?.BackupId)
    await inheriting.client.modifyBackupAttributes({ BackupId, NeverExpires: true })
    await inheriting.client.copyBackupToRegion({ BackupId, DestinationRegion: there })
    expect((await copyOf(await clientIn(inheriting, { region: there }), BackupId))?.NeverExpires).toBe(true)
  })

  it('ends as DELETED when it fails', async () => {
    const { hsm, other, source } = await startPair()
    hsm.world.plan('cloudhsm:CopyBackupToRegion', 'ends-failed')
    await hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion: there })
    expect((await copyOf(other, source))?.BackupState).toBe('CREATE_IN_PROGRESS')
    expect((await copyOf(other, source))?.BackupState).toBe('DELETED')
  })

  it('takes an hour longer when the service is slow', async () => {
    const { hsm, other, source } = await startPair()
    hsm.world.plan('cloudhsm:CopyBackupToRegion', 'slow')
    await hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion: there })
    hsm.world.pass(60 * 60_000)
    expect((await copyOf(other, source))?.BackupState).toBe('CREATE_IN_PROGRESS')
  })

  it('becomes a cluster there, which knows nothing of its origin', async () => {
    const { hsm, other, source } = await startPair()
    await hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion: there })
    hsm.world.pass(60 * 60_000)
    const copy = await copyOf(other, source)
    const subnets = networkOf('111122223333', there).subnets.map(({ id }) => id)
    const { Cluster } = await other.createCluster({
      HsmType: 'hsm2m.medium',
      SubnetIds: subnets.slice(0, 2),
      SourceBackupId: copy?.BackupId ?? '',
    })
    hsm.world.pass(60 * 60_000)
    const id = String(Cluster?.ClusterId)
    await hsmAt({ ...hsm, client: other }, id, `${there}a`)
    expect(await clusterOf({ client: other }, id)).toMatchObject({ State: 'ACTIVE', Hsms: [{ State: 'ACTIVE' }] })
    expect(await clusterOf(hsm, id)).toBeUndefined()
    expect(await clusterOf({ client: other }, hsm.id)).toBeUndefined()
  })

  it.each([
    ['the Region that it is in', 'us-east-1'],
    ['another partition', 'cn-north-1'],
    ['AWS GovCloud', 'us-gov-west-1'],
    ['no Region', 'nowhere'],
  ])('is refused for %s', async (_, DestinationRegion) => {
    const { hsm, source } = await startPair()
    const call = hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion })
    expect(await refusal(call)).toBe(invalid)
  })

  it('goes from one Region of AWS GovCloud to the other', async () => {
    const gov = { partition: 'aws-us-gov', region: 'us-gov-east-1' }
    const hsm = await startActive({}, { place: gov })
    const source = String((await backupsOf(hsm))[0]?.BackupId)
    await hsm.client.copyBackupToRegion({ BackupId: source, DestinationRegion: 'us-gov-west-1' })
    expect(await copyOf(await clientIn(hsm, { ...gov, region: 'us-gov-west-1' }), source)).toBeDefined()
  })
})
