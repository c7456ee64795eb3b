import { describe, expect, it } from 'vitest'
import { backupsOf, clientIn, createdCluster, refusal, startActive, startHsm } from './hsm.ts'
import { onWire } from './wire.ts'

// Filters, pages and what is kept apart: hsm-pki.md section 1.2.

const invalid = 'CloudHsmInvalidRequestException'
const unknown = 'CloudHsmResourceNotFoundException'

describe('a list of backups', () => {
  it('is the same page by page, the eleventh page too, in either order', async () => {
    const { client } = await startActive({ ageDays: 14 })
    for (const SortAscending of [false, true]) {
      const whole = ((await onWire(client, 'DescribeBackups', { SortAscending }))['Backups'] ?? []) as {
        BackupId: string
        CreateTimestamp: number
      }[]
      const pages: string[][] = []
      for (let NextToken: string | undefined; pages.length === 0 || NextToken !== undefined;) {
        const token = NextToken === undefined ? {} : { NextToken }
        const page = await onWire(client, 'DescribeBackups', { SortAscending, MaxResults: 1, ...token })
        pages.push((page['Backups'] as { BackupId: string }[]).map(({ BackupId }) => BackupId))
        NextToken = page['NextToken'] as string | undefined
      }
      expect(pages).toHaveLength(15)
      expect(pages.flat()).toEqual(whole.map(({ BackupId }) => BackupId))
      const times = whole.map(({ CreateTimestamp }) => CreateTimestamp)
      expect(times).toEqual(times.toSorted((a, b) => (SortAscending ? a - b : b - a)))
    }
  })

  it('has at most 50 on a page, and refuses a token that it did not give', async () => {
    const { client } = await startActive({ ageDays: 60 })
    const { Backups, NextToken } = await client.describeBackups({})
    expect([Backups?.length, typeof NextToken]).toEqual([50, 'string'])
    expect(await refusal(client.describeBackups({ NextToken: 'mine' }))).toBe(invalid)
    expect(await refusal(client.describeBackups({ MaxResults: 51 }))).toBe(invalid)
  })

  it('is filtered by id, cluster, state and whether it expires', async () => {
    const hsm = await startActive({ ageDays: 3 })
    const [first, second, ...others] = await backupsOf(hsm)
    await hsm.client.deleteBackup({ BackupId: first?.BackupId })
    await hsm.client.modifyBackupAttributes({ BackupId: second?.BackupId, NeverExpires: true })
    const ids = async (Filters: Record<string, string[]>) =>
      ((await hsm.client.describeBackups({ Filters })).Backups ?? []).map(({ BackupId }) => BackupId)
    const rest = others.map(({ BackupId }) => BackupId)
    expect(await ids({ backupIds: [String(first?.BackupId)] })).toEqual([first?.BackupId])
    expect(await ids({ clusterIds: [hsm.id], states: ['PENDING_DELETION'] })).toEqual([first?.BackupId])
    expect(await ids({ neverExpires: ['True'] })).toEqual([second?.BackupId])
    expect(await ids({ neverExpires: ['False'], states: ['READY'] })).toEqual(rest)
    expect(await ids({ clusterIds: ['cluster-igklspoyj5v'] })).toEqual([])
    expect(await refusal(ids({ backupIds: ['backup-ro5c4er4aac'] }))).toBe(unknown)
    expect(await refusal(ids({ colours: ['red'] }))).toBe(invalid)
  })
})

describe('a list of clusters', () => {
  it('is filtered by id, VPC and state, and has pages', async () => {
    const hsm = await startHsm()
    const one = await createdCluster(hsm)
    const two = await createdCluster(hsm, { SubnetIds: [hsm.allSubnets[4]] })
    const { Cluster } = await hsm.client.createCluster({ HsmType: 'hsm2m.medium', SubnetIds: [...hsm.subnets] })
    const ids = async (Filters: Record<string, string[]>) =>
      ((await hsm.client.describeClusters({ Filters })).Clusters ?? []).map(({ ClusterId }) => ClusterId)
    expect(await ids({ states: ['CREATE_IN_PROGRESS'] })).toEqual([Cluster?.ClusterId])
    expect(await ids({ vpcIds: [String(Cluster?.VpcId)] })).toEqual([one, Cluster?.ClusterId])
    expect(await ids({ clusterIds: [two, one] })).toEqual([one, two])
    expect(await refusal(ids({ names: ['root'] }))).toBe(invalid)
    const page = await hsm.client.describeClusters({ MaxResults: 2 })
    expect(page.Clusters?.map(({ ClusterId }) => ClusterId)).toEqual([one, two])
    const { NextToken = '' } = page
    expect((await hsm.client.describeClusters({ NextToken })).Clusters).toMatchObject([
      { ClusterId: Cluster?.ClusterId },
    ])
    expect(await refusal(hsm.client.describeClusters({ MaxResults: 26 }))).toBe(invalid)
  })
})

describe('accounts and Regions', () => {
  it.each([
    ['account', { accountId: '444455556666' }],
    ['Region', { region: 'us-west-2' }],
  ])('are kept apart: another %s sees nothing, and has its own quota', async (_, place) => {
    const hsm = await startActive()
    const other = await clientIn(hsm, place)
    expect((await other.describeClusters({})).Clusters).toEqual([])
    expect((await other.describeBackups({})).Backups).toEqual([])
    const [newest] = await backupsOf(hsm)
    expect(await refusal(other.deleteCluster({ ClusterId: hsm.id }))).toBe(unknown)
    expect(await refusal(other.deleteBackup({ BackupId: newest?.BackupId }))).toBe(unknown)
    expect(await refusal(other.listTags({ ResourceId: hsm.id }))).toBe(unknown)
    const subnets = { HsmType: 'hsm2m.medium', SubnetIds: [...hsm.subnets] }
    expect(await refusal(other.createCluster(subnets))).toBe(invalid)
  })
})

describe('members that the older client drops', () => {
  it('are on the wire', async () => {
    const hsm = await startActive({ mode: 'NON_FIPS' })
    const { Clusters } = await onWire(hsm.client, 'DescribeClusters', {})
    expect(Clusters).toMatchObject([{ Mode: 'NON_FIPS', NetworkType: 'IPV4', Hsms: [{ HsmType: 'hsm2m.medium' }, {}] }])
    const { Backups } = await onWire(hsm.client, 'DescribeBackups', {})
    expect(Backups).toMatchObject([
      {
        BackupArn: expect.stringMatching(/^arn:aws:cloudhsm:us-east-1:111122223333:backup\/backup-/) as unknown,
        HsmType: 'hsm2m.medium',
        Mode: 'NON_FIPS',
      },
      {},
    ])
  })
})
