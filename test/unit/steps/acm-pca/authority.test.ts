import { describe, expect, it } from 'vitest'
import { parseCsr, verifyCsr } from '../../../../steps/x509/model/csr.ts'
import { publicKeyText } from '../../../../steps/x509/model/public-key.ts'
import {
  activeAuthority,
  blob,
  createdAuthority,
  exampleAuthority,
  makeRoot,
  refusal,
  signedFor,
  startPca,
  type Pca,
} from './pca.ts'
import { count } from './run-step.ts'

async function statusOf({ client }: Pca, arn: string): Promise<string | undefined> {
  const { CertificateAuthority: found } = await client.describeCertificateAuthority({ CertificateAuthorityArn: arn })
  return found?.Status
}

const dayMs = 24 * 60 * 60_000

describe('creating a CA', () => {
  it('is CREATING at first, and moves on because somebody looks', async () => {
    const pca = await startPca()
    const { CertificateAuthorityArn: arn = '' } = await pca.client.createCertificateAuthority(exampleAuthority)
    expect(await statusOf(pca, arn)).toBe('CREATING')
    expect(await statusOf(pca, arn)).toBe('PENDING_CERTIFICATE')
  })

  it('gives no CSR while it is in progress, then one signed by a real key', async () => {
    const pca = await startPca()
    const { CertificateAuthorityArn: arn } = await pca.client.createCertificateAuthority(exampleAuthority)
    const csr = () => pca.client.getCertificateAuthorityCsr({ CertificateAuthorityArn: arn })
    expect(await refusal(csr())).toBe('RequestInProgressException')
    const request = parseCsr(String((await csr()).Csr))
    expect(verifyCsr(request)).toBe(true)
    expect(request.subjectText).toBe('C=US, O=Example Corp, CN=Example Issuing CA 1')
    expect(request.decoded.basicConstraints).toEqual({ ca: true })
  })

  it.each([
    ['RSA_2048', 'SHA256WITHRSA', 'RSA 2048 bits, exponent 65537'],
    ['EC_prime256v1', 'SHA256WITHECDSA', 'EC P-256'],
    ['EC_secp384r1', 'SHA512WITHECDSA', 'EC P-384'],
  ] as const)('makes a key %s that signs %s', async (KeyAlgorithm, SigningAlgorithm, key) => {
    const pca = await startPca()
    const { Subject } = exampleAuthority.CertificateAuthorityConfiguration
    const arn = await createdAuthority(pca, {
      CertificateAuthorityConfiguration: { KeyAlgorithm, SigningAlgorithm, Subject },
    })
    const { Csr } = await pca.client.getCertificateAuthorityCsr({ CertificateAuthorityArn: arn })
    const request = parseCsr(String(Csr))
    expect(publicKeyText(request.spki)).toBe(key)
    expect(verifyCsr(request)).toBe(true)
  })

  it('ends FAILED with a reason, gives no CSR then, and can be deleted', async () => {
    const pca = await startPca({ settings: { creationFails: 'OTHER' } })
    const arn = await createdAuthority(pca)
    expect(await statusOf(pca, arn)).toBe('FAILED')
    expect(await refusal(pca.client.getCertificateAuthorityCsr({ CertificateAuthorityArn: arn }))).toBe(
      'RequestFailedException',
    )
    expect(await refusal(pca.client.deleteCertificateAuthority({ CertificateAuthorityArn: arn }))).toBeUndefined()
  })

  it('knows an idempotency token for five minutes', async () => {
    const pca = await startPca()
    const create = () => pca.client.createCertificateAuthority({ ...exampleAuthority, IdempotencyToken: 'a' })
    const first = await create()
    expect((await create()).CertificateAuthorityArn).toBe(first.CertificateAuthorityArn)
    expect(count(pca.world, 'CreateCertificateAuthority')).toBe(1)
    pca.world.pass(5 * 60_000)
    expect((await create()).CertificateAuthorityArn).not.toBe(first.CertificateAuthorityArn)
  })

  it('refuses a token that comes with other parameters', async () => {
    const pca = await startPca()
    await pca.client.createCertificateAuthority({ ...exampleAuthority, IdempotencyToken: 'a' })
    const other = pca.client.createCertificateAuthority({
      ...exampleAuthority,
      CertificateAuthorityType: 'ROOT',
      IdempotencyToken: 'a',
    })
    expect(await refusal(other)).toBe('InvalidArgsException')
  })

  it.each([
    ['a signing algorithm of another family', { SigningAlgorithm: 'SHA256WITHRSA' }, 'InvalidArgsException'],
    ['an empty subject', { Subject: {} }, 'InvalidArgsException'],
    [
      'custom attributes beside standard ones',
      { Subject: { CommonName: 'a', CustomAttributes: [{ ObjectIdentifier: '1.2.3.4', Value: 'b' }] } },
      'InvalidArgsException',
    ],
    ['a country of three letters', { Subject: { Country: 'USA' } }, 'ValidationException'],
  ] as const)('refuses %s', async (_name, changed, errorClass) => {
    const pca = await startPca()
    const CertificateAuthorityConfiguration = { ...exampleAuthority.CertificateAuthorityConfiguration, ...changed }
    // Lists of the client's types are not read-only.
    const input = structuredClone({ ...exampleAuthority, CertificateAuthorityConfiguration }) as typeof exampleAuthority
    expect(await refusal(pca.client.createCertificateAuthority(input))).toBe(errorClass)
    expect(pca.world.effects).toEqual([])
  })

  it.each([
    ['a CRL without a bucket', { Enabled: true, ExpirationInDays: 7 }],
    ['a CRL without its validity', { Enabled: true, S3BucketName: 'bucket' }],
    ['a disabled CRL with members', { Enabled: false, ExpirationInDays: 7 }],
    [
      'a CNAME with a protocol',
      { Enabled: true, ExpirationInDays: 7, S3BucketName: 'bucket', CustomCname: 'http://a' },
    ],
  ])('refuses %s', async (_name, CrlConfiguration) => {
    const { client } = await startPca()
    const create = client.createCertificateAuthority({
      ...exampleAuthority,
      RevocationConfiguration: { CrlConfiguration },
    })
    expect(await refusal(create)).toBe('InvalidArgsException')
  })

  it('refuses more CAs than the quota', async () => {
    const pca = await startPca({ settings: { authorityQuota: 1 } })
    await createdAuthority(pca)
    expect(await refusal(pca.client.createCertificateAuthority(exampleAuthority))).toBe('LimitExceededException')
  })
})

describe('the status of a CA', () => {
  it('stays PENDING_CERTIFICATE for a while after an import, then is ACTIVE, then issues', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    const root = makeRoot()
    await pca.client.importCertificateAuthorityCertificate({
      CertificateAuthorityArn: arn,
      Certificate: blob(await signedFor(pca, arn, root)),
      CertificateChain: blob(root.certificate),
    })
    const certificate = () => pca.client.getCertificateAuthorityCertificate({ CertificateAuthorityArn: arn })
    expect(await refusal(certificate())).toBe('InvalidStateException')
    expect(await refusal(certificate())).toBeUndefined()
    expect(await statusOf(pca, arn)).toBe('ACTIVE')
  })

  it('goes from ACTIVE to DISABLED and back', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const update = (Status: 'ACTIVE' | 'DISABLED' | 'EXPIRED') =>
      pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status })
    await update('DISABLED')
    expect(await statusOf(pca, arn)).toBe('DISABLED')
    await update('ACTIVE')
    expect(await statusOf(pca, arn)).toBe('ACTIVE')
    expect(await refusal(update('EXPIRED'))).toBe('InvalidArgsException')
  })

  it('cannot be set before there is a certificate', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    const update = pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'ACTIVE' })
    expect(await refusal(update)).toBe('InvalidStateException')
  })

  it('is EXPIRED after its certificate ends, refuses to issue, and is ACTIVE again after another import', async () => {
    let today = Date.now()
    const pca = await startPca({ realNow: () => today })
    const { arn, root } = await activeAuthority(pca, {}, { notAfter: new Date(today + dayMs) })
    today += 2 * dayMs
    expect(await statusOf(pca, arn)).toBe('EXPIRED')
    const update = pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'DISABLED' })
    expect(await refusal(update)).toBe('InvalidStateException')
    await pca.client.importCertificateAuthorityCertificate({
      CertificateAuthorityArn: arn,
      Certificate: blob(await signedFor(pca, arn, root)),
      CertificateChain: blob(root.certificate),
    })
    expect(await statusOf(pca, arn)).toBe('ACTIVE')
  })

  it('refuses deletion while ACTIVE, an import while DISABLED', async () => {
    const pca = await startPca()
    const { arn, root, certificate } = await activeAuthority(pca)
    expect(await refusal(pca.client.deleteCertificateAuthority({ CertificateAuthorityArn: arn }))).toBe(
      'InvalidStateException',
    )
    await pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'DISABLED' })
    const again = pca.client.importCertificateAuthorityCertificate({
      CertificateAuthorityArn: arn,
      Certificate: blob(certificate),
      CertificateChain: blob(root.certificate),
    })
    expect(await refusal(again)).toBe('InvalidStateException')
  })

  it('is DELETED until it can no longer be restored, and then gone', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    await pca.client.deleteCertificateAuthority({ CertificateAuthorityArn: arn, PermanentDeletionTimeInDays: 7 })
    expect(await statusOf(pca, arn)).toBe('DELETED')
    pca.world.pass(7 * dayMs)
    expect(await refusal(statusOf(pca, arn))).toBe('ResourceNotFoundException')
  })

  it('is what it was before, once restored', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    await pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'DISABLED' })
    await pca.client.deleteCertificateAuthority({ CertificateAuthorityArn: arn })
    await pca.client.restoreCertificateAuthority({ CertificateAuthorityArn: arn })
    expect(await statusOf(pca, arn)).toBe('DISABLED')
    expect(await refusal(pca.client.restoreCertificateAuthority({ CertificateAuthorityArn: arn }))).toBe(
      'InvalidStateException',
    )
  })
})

describe('finding a CA', () => {
  it('refuses an ARN of something else as invalid, and does not know one of another account', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    expect(await refusal(statusOf(pca, 'arn:aws:acm-pca:us-east-1:111122223333:thing/1'))).toBe('InvalidArnException')
    expect(await refusal(statusOf(pca, 'no arn'))).toBe('ValidationException')
    expect(await refusal(statusOf(pca, arn.replace('111122223333', '444455556666')))).toBe('ResourceNotFoundException')
  })

  it('lists a new CA only after a while, and every CA on some page', async () => {
    const pca = await startPca({ settings: { pageSize: 2 } })
    await pca.client.createCertificateAuthority(exampleAuthority)
    expect((await pca.client.listCertificateAuthorities({})).CertificateAuthorities).toEqual([])
    const arns = new Set<string | undefined>()
    for (let index = 0; index < 4; index += 1) await createdAuthority(pca)
    for (let NextToken: string | undefined, pages = 0; pages === 0 || NextToken !== undefined; pages += 1) {
      const page = await pca.client.listCertificateAuthorities({
        ...(NextToken === undefined ? {} : { NextToken }),
        MaxResults: 1000,
      })
      expect(page.CertificateAuthorities?.length).toBeLessThanOrEqual(2)
      for (const { Arn } of page.CertificateAuthorities ?? []) arns.add(Arn)
      NextToken = page.NextToken
    }
    expect(arns.size).toBe(5)
    expect(
      (await pca.client.listCertificateAuthorities({ ResourceOwner: 'OTHER_ACCOUNTS' })).CertificateAuthorities,
    ).toEqual([])
  })

  it('refuses a token that it did not give', async () => {
    const { client } = await startPca()
    expect(await refusal(client.listCertificateAuthorities({ NextToken: 'mine' }))).toBe('InvalidNextTokenException')
    const other = Buffer.from('{"after":"else"}').toString('base64')
    expect(await refusal(client.listCertificateAuthorities({ NextToken: other }))).toBe('InvalidNextTokenException')
  })
})
