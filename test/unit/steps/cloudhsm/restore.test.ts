import { describe, expect, it } from 'vitest'
import { backupsOf, clientIn, clusterOf, hsmAt, refusal, startActive, type Hsm } from './hsm.ts'
import { onWire } from './wire.ts'

// Statements of hsm-pki.md sections 1.3, 1.5 and 1.6 on clusters that are made of a backup.

const invalid = 'CloudHsmInvalidRequestException'

async function made({ client, subnets }: Hsm, backupId: string, changed = {}) {
  const { Cluster } = await client.createCluster({
    HsmType: 'hsm2m.medium',
    SubnetIds: [...subnets],
    SourceBackupId: backupId,
    ...changed,
  })
  return Cluster
}

describe('a cluster that is made of a backup', () => {
  it('has its cluster certificate at once, and is ACTIVE without HSMs', async () => {
    const hsm = await startActive()
    const origin = await clusterOf(hsm, hsm.id)
    const [newest] = await backupsOf(hsm)
    const clone = await made(hsm, String(newest?.BackupId))
    expect(clone).toMatchObject({
      State: 'CREATE_IN_PROGRESS',
      SourceBackupId: newest?.BackupId,
      Certificates: { ClusterCertificate: origin?.Certificates?.ClusterCertificate },
    })
    const id = String(clone?.ClusterId)
    await clusterOf(hsm, id)
    expect(await clusterOf(hsm, id)).toMatchObject({ State: 'ACTIVE', Hsms: [] })
    const call = hsm.client.initializeCluster({ ClusterId: id, SignedCert: 'MA==', TrustAnchor: 'MA==' })
    expect(await refusal(call)).toBe(invalid)
  })

  it('has backups of its own from its first HSM on, and leaves those of its origin alone', async () => {
    const hsm = await startActive()
    const before = await backupsOf(hsm, hsm.id)
    const clone = await made(hsm, String(before[0]?.BackupId))
    hsm.world.pass(60 * 60_000)
    const id = String(clone?.ClusterId)
    const { eniId } = await hsmAt(hsm, id, 'us-east-1a')
    expect(await clusterOf(hsm, id)).toMatchObject({ State: 'ACTIVE', Hsms: [{ State: 'ACTIVE' }] })
    expect(await backupsOf(hsm, id)).toEqual([])
    await hsm.client.deleteHsm({ ClusterId: id, EniId: eniId })
    expect(await backupsOf(hsm, id)).toHaveLength(1)
    expect(await backupsOf(hsm, hsm.id)).toHaveLength(before.length)
  })

  it('has the mode of the backup, and no other', async () => {
    const hsm = await startActive({ mode: 'NON_FIPS' })
    const [newest] = await backupsOf(hsm)
    const wanted = { HsmType: 'hsm2m.medium', SubnetIds: [...hsm.subnets], SourceBackupId: String(newest?.BackupId) }
    await expect(onWire(hsm.client, 'CreateCluster', { ...wanted, Mode: 'FIPS' })).rejects.toThrow(
      expect.objectContaining({ name: invalid }) as Error,
    )
    expect(await onWire(hsm.client, 'CreateCluster', { ...wanted, Mode: 'NON_FIPS' })).toMatchObject({
      Cluster: { Mode: 'NON_FIPS' },
    })
  })

  it('may be of a newer type than the backup, and of no older one', async () => {
    const older = await startActive({ hsmType: 'hsm1.medium' })
    const [one] = await backupsOf(older)
    expect((await made(older, String(one?.BackupId)))?.HsmType).toBe('hsm2m.medium')
    const newer = await startActive()
    const [two] = await backupsOf(newer)
    expect(await refusal(made(newer, String(two?.BackupId), { HsmType: 'hsm1.medium' }))).toBe(invalid)
  })

  it('is refused of a backup that is not READY, or not there', async () => {
    const hsm = await startActive()
    const [newest] = await backupsOf(hsm)
    await hsm.client.deleteBackup({ BackupId: newest?.BackupId })
    expect(await refusal(made(hsm, String(newest?.BackupId)))).toBe(invalid)
    expect(await refusal(made(hsm, 'backup-ro5c4er4aac'))).toBe('CloudHsmResourceNotFoundException')
  })

  it('is of a backup that another account shares, by its ARN alone', async () => {
    const hsm = await startActive()
    const [newest] = await backupsOf(hsm)
    const arn = `arn:aws:cloudhsm:us-east-1:111122223333:backup/${newest?.BackupId}`
    const other = await clientIn(hsm, { accountId: '444455556666' })
    const { networkOf } = await import('../../../../steps/aws/simulator/network.ts')
    const there = { ...hsm, client: other, subnets: [networkOf('444455556666', 'us-east-1').subnets[0]?.id ?? ''] }
    const unknown = 'CloudHsmResourceNotFoundException'
    expect(await refusal(made(there, arn))).toBe(unknown)
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '444455556666' },
      Action: ['cloudhsm:CreateCluster', 'cloudhsm:DescribeBackups'],
    }
    await onWire(hsm.client, 'PutResourcePolicy', {
      ResourceArn: arn,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    })
    expect(await refusal(made(there, String(newest?.BackupId)))).toBe(unknown)
    expect((await made(there, arn))?.SourceBackupId).toBe(newest?.BackupId)
    expect((await other.describeBackups({})).Backups).toEqual([])
    expect(await onWire(other, 'DescribeBackups', { Shared: true })).toMatchObject({ Backups: [{ BackupArn: arn }] })
  })
})
