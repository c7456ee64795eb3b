import { describe, expect, it } from 'vitest'
import { backupsOf, clusterOf, createdCluster, refusal, startActive, startHsm } from './hsm.ts'
import { onWire } from './wire.ts'

const tag = 'CloudHsmTagException'
const limit = 'CloudHsmResourceLimitExceededException'
const unknown = 'CloudHsmResourceNotFoundException'
const invalid = 'CloudHsmInvalidRequestException'

describe('tags', () => {
  it('are given at creation, replaced by key, taken away by key, and shown with the cluster', async () => {
    const hsm = await startHsm()
    const id = await createdCluster(hsm, { TagList: [{ Key: 'Name', Value: 'root' }] })
    await hsm.client.tagResource({
      ResourceId: id,
      TagList: [
        { Key: 'Name', Value: 'example-root' },
        { Key: 'Owner', Value: 'pki' },
      ],
    })
    const both = [
      { Key: 'Name', Value: 'example-root' },
      { Key: 'Owner', Value: 'pki' },
    ]
    expect((await hsm.client.listTags({ ResourceId: id })).TagList).toEqual(both)
    expect((await clusterOf(hsm, id))?.TagList).toEqual(both)
    await hsm.client.untagResource({ ResourceId: id, TagKeyList: ['Name', 'Other'] })
    expect((await hsm.client.listTags({ ResourceId: id })).TagList).toEqual([{ Key: 'Owner', Value: 'pki' }])
  })

  it('of a backup are its own, and come in pages', async () => {
    const hsm = await startActive()
    const [newest] = await backupsOf(hsm)
    const ResourceId = String(newest?.BackupId)
    const TagList = Array.from({ length: 12 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    await hsm.client.tagResource({ ResourceId, TagList })
    const first = await hsm.client.listTags({ ResourceId, MaxResults: 10 })
    const second = await hsm.client.listTags({ ResourceId, MaxResults: 10, NextToken: String(first.NextToken) })
    expect([...(first.TagList ?? []), ...(second.TagList ?? [])]).toEqual(TagList)
    expect(second.NextToken).toBeUndefined()
  })

  it('are refused beyond 50, twice under one key, under keys of AWS, and on what is not there', async () => {
    const hsm = await startHsm()
    const id = await createdCluster(hsm)
    const fifty = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
    await hsm.client.tagResource({ ResourceId: id, TagList: fifty })
    const one = [{ Key: 'Name', Value: 'root' }]
    expect(await refusal(hsm.client.tagResource({ ResourceId: id, TagList: one }))).toBe(limit)
    expect(await refusal(hsm.client.tagResource({ ResourceId: id, TagList: [...one, ...one] }))).toBe(tag)
    const reserved = [{ Key: 'aws:name', Value: '' }]
    expect(await refusal(hsm.client.tagResource({ ResourceId: id, TagList: reserved }))).toBe(tag)
    const missing = { ResourceId: 'backup-ro5c4er4aac', TagList: one }
    expect(await refusal(hsm.client.tagResource(missing))).toBe(unknown)
    expect(await refusal(hsm.client.listTags({ ResourceId: 'nothing' }))).toBe(invalid)
  })
})

describe('the policy of a backup', () => {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'cloudhsm:*' }],
  })

  it('is put, read and taken away', async () => {
    const hsm = await startActive()
    const ResourceArn = `arn:aws:cloudhsm:us-east-1:111122223333:backup/${(await backupsOf(hsm))[0]?.BackupId}`
    const put = { ResourceArn, Policy: policy }
    expect(await onWire(hsm.client, 'PutResourcePolicy', put)).toEqual(put)
    expect(await onWire(hsm.client, 'GetResourcePolicy', { ResourceArn })).toEqual({ Policy: policy })
    expect(await onWire(hsm.client, 'DeleteResourcePolicy', { ResourceArn })).toEqual(put)
    expect(await onWire(hsm.client, 'GetResourcePolicy', { ResourceArn })).toEqual({})
  })

  it('is refused when it is none, of a backup that is not READY, of a cluster, and of what is not there', async () => {
    const hsm = await startActive()
    const [newest] = await backupsOf(hsm)
    const arn = (resource: string): string => `arn:aws:cloudhsm:us-east-1:111122223333:${resource}`
    const put = (resource: string, Policy = policy) =>
      refusal(onWire(hsm.client, 'PutResourcePolicy', { ResourceArn: arn(resource), Policy }))
    expect(await put(`backup/${newest?.BackupId}`, '{}')).toBe(invalid)
    expect(await put(`cluster/${hsm.id}`)).toBe(invalid)
    expect(await put('backup/backup-ro5c4er4aac')).toBe(unknown)
    await hsm.client.deleteBackup({ BackupId: newest?.BackupId })
    expect(await put(`backup/${newest?.BackupId}`)).toBe(invalid)
  })
})
