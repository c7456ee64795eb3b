import { describe, expect, it } from 'vitest'
import { activeAuthority, createdAuthority, makeCsr, refusal, startPca } from './pca.ts'

describe('tags', () => {
  it('are put, listed page by page, and removed with or without their value', async () => {
    const pca = await startPca({ settings: { pageSize: 2 } })
    const CertificateAuthorityArn = await createdAuthority(pca, { Tags: [{ Key: 'a', Value: '1' }] })
    const Tags = ['b', 'c', 'd'].map((Key) => ({ Key, Value: Key }))
    await pca.client.tagCertificateAuthority({ CertificateAuthorityArn, Tags })
    const first = await pca.client.listTags({ CertificateAuthorityArn })
    expect(first.Tags?.map(({ Key }) => Key)).toEqual(['a', 'b'])
    const { NextToken } = first
    const second = await pca.client.listTags({
      CertificateAuthorityArn,
      ...(NextToken === undefined ? {} : { NextToken }),
    })
    expect(second.Tags?.map(({ Key }) => Key)).toEqual(['c', 'd'])
    expect(second.NextToken).toBeUndefined()
    const unwanted = [{ Key: 'a' }, { Key: 'b', Value: 'other' }, { Key: 'c', Value: 'c' }]
    await pca.client.untagCertificateAuthority({ CertificateAuthorityArn, Tags: unwanted })
    expect((await pca.client.listTags({ CertificateAuthorityArn })).Tags?.map(({ Key }) => Key)).toEqual(['b', 'd'])
  })

  it('are refused when there are more than fifty, or the key is reserved', async () => {
    const pca = await startPca()
    const CertificateAuthorityArn = await createdAuthority(pca, { Tags: [{ Key: 'a' }] })
    const tag = (Tags: { Key: string }[]) =>
      refusal(pca.client.tagCertificateAuthority({ CertificateAuthorityArn, Tags }))
    expect(await tag(Array.from({ length: 50 }, (_, index) => ({ Key: `t${index}` })))).toBe('TooManyTagsException')
    expect(await tag([{ Key: 'aws:x' }])).toBe('InvalidTagException')
  })
})

describe('permissions', () => {
  it('are for ACM alone, once, and can be taken away', async () => {
    const pca = await startPca()
    const CertificateAuthorityArn = await createdAuthority(pca)
    const grant = (Principal: string) =>
      pca.client.createPermission({
        CertificateAuthorityArn,
        Principal,
        Actions: ['IssueCertificate', 'GetCertificate', 'ListPermissions'],
      })
    expect(await refusal(grant('ec2.amazonaws.com'))).toBe('ValidationException')
    await grant('acm.amazonaws.com')
    expect(await refusal(grant('acm.amazonaws.com'))).toBe('PermissionAlreadyExistsException')
    const { Permissions } = await pca.client.listPermissions({ CertificateAuthorityArn })
    expect(Permissions).toMatchObject([{ Principal: 'acm.amazonaws.com', SourceAccount: '111122223333' }])
    const take = () => pca.client.deletePermission({ CertificateAuthorityArn, Principal: 'acm.amazonaws.com' })
    await take()
    expect(await refusal(take())).toBe('ResourceNotFoundException')
  })
})

describe('a resource policy', () => {
  it('is put, read and deleted; a bad one is refused', async () => {
    const pca = await startPca()
    const ResourceArn = await createdAuthority(pca)
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Resource: ResourceArn }] })
    expect(await refusal(pca.client.getPolicy({ ResourceArn }))).toBe('ResourceNotFoundException')
    expect(await refusal(pca.client.putPolicy({ ResourceArn, Policy: 'no' }))).toBe('InvalidPolicyException')
    expect(await refusal(pca.client.putPolicy({ ResourceArn, Policy: Policy.replace(ResourceArn, '*') }))).toBe(
      'InvalidPolicyException',
    )
    await pca.client.putPolicy({ ResourceArn, Policy })
    expect((await pca.client.getPolicy({ ResourceArn })).Policy).toBe(Policy)
    await pca.client.deletePolicy({ ResourceArn })
    expect(await refusal(pca.client.getPolicy({ ResourceArn }))).toBe('ResourceNotFoundException')
  })
})

describe('an audit report', () => {
  it('is being created at first, and then lists what was issued and revoked', async () => {
    const pca = await startPca()
    const { arn: CertificateAuthorityArn } = await activeAuthority(pca)
    const { CertificateArn } = await pca.client.issueCertificate({
      CertificateAuthorityArn,
      Csr: Buffer.from(makeCsr('CN=audited.example.com')),
      SigningAlgorithm: 'SHA384WITHECDSA',
      Validity: { Type: 'DAYS', Value: 1 },
    })
    pca.world.pass(60_000)
    await pca.client.revokeCertificate({
      CertificateAuthorityArn,
      CertificateSerial: String(CertificateArn?.split('/').at(-1)),
      RevocationReason: 'SUPERSEDED',
    })
    const report = (AuditReportResponseFormat: 'JSON' | 'CSV') =>
      pca.client.createCertificateAuthorityAuditReport({
        CertificateAuthorityArn,
        S3BucketName: 'bucket',
        AuditReportResponseFormat,
      })
    const { AuditReportId, S3Key } = await report('JSON')
    expect(await refusal(report('CSV'))).toBe('RequestInProgressException')
    const look = () => pca.client.describeCertificateAuthorityAuditReport({ CertificateAuthorityArn, AuditReportId })
    expect((await look()).AuditReportStatus).toBe('CREATING')
    expect(await look()).toMatchObject({ AuditReportStatus: 'SUCCESS', S3Key })
    const response = await fetch(`http://${pca.crlCname}/${S3Key}`)
    expect(await response.json()).toMatchObject([
      { certificateArn: CertificateArn, subject: 'CN=audited.example.com', revocationReason: 'SUPERSEDED' },
    ])
    pca.world.pass(30 * 60_000)
    const csv = await report('CSV')
    pca.world.pass(60_000)
    const text = await (await fetch(`http://${pca.crlCname}/${csv.S3Key}`)).text()
    expect(text.split('\n')[1]).toContain('"CN=audited.example.com"')
  })
})
