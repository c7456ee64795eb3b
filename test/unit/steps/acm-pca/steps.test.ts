import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCa } from '../../../../steps/acm-pca/create-ca.ts'
import { getCsr } from '../../../../steps/acm-pca/get-csr.ts'
import { importCaCertificate } from '../../../../steps/acm-pca/import-ca-certificate.ts'
import { issueCertificate } from '../../../../steps/acm-pca/issue-certificate.ts'
import { revokeCertificate } from '../../../../steps/acm-pca/revoke-certificate.ts'
import { certificatePem } from '../../../../steps/x509/model/certificate.ts'
import {
  activeAuthority,
  createdAuthority,
  exampleAuthority,
  makeCsr,
  makeRoot,
  signedFor,
  startPca,
  type Pca,
} from './pca.ts'
import { applied, contextOf, count, failure, fresh, settled } from './run-step.ts'

const wanted = {
  type: 'SUBORDINATE',
  keyAlgorithm: 'EC_secp384r1',
  signingAlgorithm: 'SHA384WITHECDSA',
  subject: { Country: 'US', Organization: 'Example Corp', CommonName: 'Example Issuing CA 1' },
  tags: { owner: 'pki' },
} as const

/** Every byte that the simulator keeps. */
function stateOf({ world }: Pca): string {
  const folder = join(world.folder, 'acm-pca')
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
}

describe('acm-pca.create-ca', () => {
  it('goes from absent over apply to satisfied, and says who made it', async () => {
    const pca = await startPca()
    expect(await createCa.check(wanted, fresh(pca.aws))).toEqual({ state: 'absent' })
    const { arn, status } = await applied(createCa, wanted, pca.aws)
    expect(status).toBe('PENDING_CERTIFICATE')
    expect(await settled(createCa, wanted, fresh(pca.aws))).toEqual({
      state: 'satisfied',
      outputs: { arn, status },
      madeBy: 'k3x9.abcdef',
    })
    const { Tags } = await pca.client.listTags({ CertificateAuthorityArn: arn })
    expect(Tags).toEqual([
      { Key: 'owner', Value: 'pki' },
      { Key: 'runbook:effect', Value: 'k3x9.abcdef' },
      { Key: 'runbook:run', Value: 'k3x9' },
    ])
  })

  it('is pending while AWS creates', async () => {
    const pca = await startPca()
    const answer = await createCa.apply(wanted, contextOf(pca.aws))
    expect(await createCa.check(wanted, contextOf(pca.aws, { answer: answer ?? null }))).toMatchObject({
      state: 'pending',
    })
  })

  it('makes one CA when its answer is lost and the request is sent again', async () => {
    const pca = await startPca()
    pca.world.plan('acm-pca:CreateCertificateAuthority', 'reset-after')
    const error = await failure(createCa.apply(wanted, contextOf(pca.aws)))
    expect(error).toMatchObject({ code: 'transient', outcomeUnknown: true })
    await applied(createCa, wanted, pca.aws)
    expect(count(pca.world, 'CreateCertificateAuthority')).toBe(1)
    expect(pca.world.requests.filter((each) => each.endsWith('CreateCertificateAuthority'))).toHaveLength(2)
  })

  it('finds its own CA by the tag when the token is forgotten, on the eleventh page too', async () => {
    const pca = await startPca({ settings: { pageSize: 1 } })
    for (let index = 0; index < 10; index += 1)
      await createdAuthority(pca, {
        CertificateAuthorityConfiguration: {
          ...exampleAuthority.CertificateAuthorityConfiguration,
          Subject: { CommonName: `Other ${index}` },
        },
      })
    await createCa.apply(wanted, contextOf(pca.aws))
    pca.world.pass(60 * 60_000)
    expect(await createCa.check(wanted, contextOf(pca.aws))).toMatchObject({
      state: 'satisfied',
      madeBy: 'k3x9.abcdef',
    })
    expect(await createCa.check(wanted, fresh(pca.aws))).toMatchObject({ state: 'satisfied', madeBy: 'k3x9.abcdef' })
  })

  it('answers conflict when a CA with that subject is otherwise', async () => {
    const pca = await startPca()
    await createdAuthority(pca)
    const other = { ...wanted, signingAlgorithm: 'SHA256WITHECDSA' } as const
    expect(await createCa.check(other, fresh(pca.aws))).toMatchObject({
      state: 'conflict',
      differs: expect.stringContaining('signing algorithm `SHA384WITHECDSA`, wanted `SHA256WITHECDSA`'),
    })
  })

  it('answers conflict when two CAs have that subject', async () => {
    const pca = await startPca()
    await createdAuthority(pca)
    await createdAuthority(pca)
    expect(await createCa.check(wanted, fresh(pca.aws))).toMatchObject({ state: 'conflict' })
  })

  it('never takes somebody else’s CA for its own once it has begun', async () => {
    const pca = await startPca()
    await createdAuthority(pca)
    expect(await createCa.check(wanted, contextOf(pca.aws))).toMatchObject({ state: 'conflict' })
  })

  it('fails with the reason of a CA that failed', async () => {
    const pca = await startPca({ settings: { creationFails: 'UNSUPPORTED_ALGORITHM' } })
    const error = await failure(applied(createCa, wanted, pca.aws))
    expect(error).toMatchObject({ code: 'invalid', facts: { failureReason: 'UNSUPPORTED_ALGORITHM' } })
  })

  it('changes nothing by looking', async () => {
    const pca = await startPca()
    await applied(createCa, wanted, pca.aws)
    const before = stateOf(pca)
    await createCa.check(wanted, fresh(pca.aws))
    expect(stateOf(pca)).toBe(before)
    expect(pca.world.effects).toEqual(['CreateCertificateAuthority'])
  })

  it('is undone by deleting the CA, once', async () => {
    const pca = await startPca()
    const outputs = await applied(createCa, wanted, pca.aws)
    if (typeof createCa.undo === 'string') throw new Error('it has no undo')
    expect(createCa.undo.destructive).toBe(true)
    await createCa.undo.run(wanted, outputs, contextOf(pca.aws))
    await createCa.undo.run(wanted, outputs, contextOf(pca.aws))
    expect(count(pca.world, 'DeleteCertificateAuthority')).toBe(1)
    expect(await createCa.check(wanted, fresh(pca.aws))).toEqual({ state: 'absent' })
  })

  it('disables an active CA before deleting it', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    if (typeof createCa.undo === 'string') throw new Error('it has no undo')
    await createCa.undo.run(wanted, { arn, status: 'ACTIVE' }, contextOf(pca.aws))
    expect(pca.world.effects.slice(-2)).toEqual(['UpdateCertificateAuthority', 'DeleteCertificateAuthority'])
  })
})

describe('acm-pca.get-csr', () => {
  it('waits while the CSR is being made, then gives it', async () => {
    const pca = await startPca()
    const { CertificateAuthorityArn: arn = '' } = await pca.client.createCertificateAuthority(exampleAuthority)
    expect(await getCsr.check({ arn }, fresh(pca.aws))).toMatchObject({ state: 'pending' })
    const answer = await getCsr.check({ arn, subject: wanted.subject, keyAlgorithm: 'EC_secp384r1' }, fresh(pca.aws))
    expect(answer).toMatchObject({ outputs: { subject: 'C=US, O=Example Corp, CN=Example Issuing CA 1' } })
  })

  it('refuses a CSR with another key than asked for', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    const error = await failure(getCsr.check({ arn, keyAlgorithm: 'RSA_2048' }, fresh(pca.aws)))
    expect(error).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('`EC_secp384r1`, wanted `RSA_2048`'),
    })
  })

  it('refuses a CSR with another subject than asked for', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    const error = await failure(getCsr.check({ arn, subject: { CommonName: 'Else' } }, fresh(pca.aws)))
    expect(error.code).toBe('conflict')
  })
})

describe('acm-pca.import-ca-certificate', () => {
  async function prepared() {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    const root = makeRoot()
    const certificate = await signedFor(pca, arn, root)
    const inputs = { arn, certificatePem: certificatePem(certificate), chainPem: certificatePem(root.certificate) }
    return { pca, arn, root, inputs, certificate }
  }

  it('goes from absent over pending to satisfied with one import', async () => {
    const { pca, inputs, certificate } = await prepared()
    expect(await importCaCertificate.check(inputs, fresh(pca.aws))).toEqual({ state: 'absent' })
    const answer = (await importCaCertificate.apply(inputs, contextOf(pca.aws))) ?? null
    expect(await importCaCertificate.check(inputs, contextOf(pca.aws, { answer }))).toMatchObject({ state: 'pending' })
    expect(await settled(importCaCertificate, inputs, contextOf(pca.aws, { answer }))).toEqual({
      state: 'satisfied',
      outputs: { arn: inputs.arn, status: 'ACTIVE', certificateSha256: certificate.fingerprintSha256 },
    })
    expect(count(pca.world, 'ImportCertificateAuthorityCertificate')).toBe(1)
  })

  it('sees an import whose answer was lost before its settle time is over', async () => {
    const { pca, inputs } = await prepared()
    pca.world.plan('acm-pca:ImportCertificateAuthorityCertificate', 'reset-after')
    expect((await failure(importCaCertificate.apply(inputs, contextOf(pca.aws)))).outcomeUnknown).toBe(true)
    expect(await importCaCertificate.check(inputs, contextOf(pca.aws))).toEqual({ state: 'absent' })
    pca.world.pass(Number(importCaCertificate.settleMs))
    expect(await importCaCertificate.check(inputs, contextOf(pca.aws))).toMatchObject({ state: 'satisfied' })
  })

  it('answers conflict when the CA has another certificate', async () => {
    const { pca, inputs, arn, root } = await prepared()
    await applied(importCaCertificate, inputs, pca.aws)
    const other = certificatePem(await signedFor(pca, arn, root))
    expect(await importCaCertificate.check({ ...inputs, certificatePem: other }, fresh(pca.aws))).toMatchObject({
      state: 'conflict',
      differs: expect.stringContaining('serial number'),
    })
  })

  it('answers conflict when the CA is disabled or deleted', async () => {
    const { pca, inputs, arn } = await prepared()
    await applied(importCaCertificate, inputs, pca.aws)
    await pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'DISABLED' })
    expect(await importCaCertificate.check(inputs, fresh(pca.aws))).toMatchObject({ state: 'conflict' })
    await pca.client.deleteCertificateAuthority({ CertificateAuthorityArn: arn })
    expect(await importCaCertificate.check(inputs, fresh(pca.aws))).toMatchObject({ state: 'conflict' })
  })

  it('fails as not found for a CA that is not there', async () => {
    const { pca, inputs } = await prepared()
    const arn = inputs.arn.replace(/[0-9a-f-]{36}$/, '00000000-0000-4000-8000-000000000000')
    expect((await failure(importCaCertificate.check({ ...inputs, arn }, fresh(pca.aws)))).code).toBe('not-found')
  })
})

describe('acm-pca.issue-certificate', () => {
  const inputsFor = (caArn: string, csrPem = makeCsr()) => ({
    caArn,
    csrPem,
    template: 'EndEntityCertificate/V1',
    validity: { days: 1 },
    signingAlgorithm: 'SHA384WITHECDSA' as const,
  })

  it('goes from absent over pending to a certificate', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const inputs = inputsFor(arn)
    expect(await issueCertificate.check(inputs, fresh(pca.aws))).toEqual({ state: 'absent' })
    const answer = (await issueCertificate.apply(inputs, contextOf(pca.aws))) ?? null
    expect(await issueCertificate.check(inputs, contextOf(pca.aws, { answer }))).toMatchObject({ state: 'pending' })
    const outputs = await settled(issueCertificate, inputs, contextOf(pca.aws, { answer }))
    expect(outputs).toMatchObject({ state: 'satisfied', madeBy: 'k3x9.abcdef' })
  })

  it('cannot see a certificate whose ARN was lost, and finds it by sending the same token again', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const inputs = inputsFor(arn)
    pca.world.plan('acm-pca:IssueCertificate', 'reset-after')
    await failure(issueCertificate.apply(inputs, contextOf(pca.aws)))
    expect(await issueCertificate.check(inputs, contextOf(pca.aws))).toMatchObject({ state: 'unknowable' })
    await applied(issueCertificate, inputs, pca.aws)
    expect(count(pca.world, 'IssueCertificate')).toBe(1)
  })

  it('says transient while an active CA does not issue yet', async () => {
    const pca = await startPca({ settings: { issueLagMs: 10 * 60_000 } })
    const { arn } = await activeAuthority(pca)
    const error = await failure(issueCertificate.apply(inputsFor(arn), contextOf(pca.aws)))
    expect(error).toMatchObject({ code: 'transient', outcomeUnknown: false })
    await applied(issueCertificate, inputsFor(arn), pca.aws)
  })

  it('says in-use when the CA is disabled', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    await pca.client.updateCertificateAuthority({ CertificateAuthorityArn: arn, Status: 'DISABLED' })
    expect((await failure(issueCertificate.apply(inputsFor(arn), contextOf(pca.aws)))).code).toBe('in-use')
  })

  it('is undone by revoking, once', async () => {
    const pca = await startPca()
    const { arn } = await activeAuthority(pca)
    const inputs = inputsFor(arn)
    const outputs = await applied(issueCertificate, inputs, pca.aws)
    if (typeof issueCertificate.undo === 'string') throw new Error('it has no undo')
    await issueCertificate.undo.run(inputs, outputs, contextOf(pca.aws))
    await issueCertificate.undo.run(inputs, outputs, contextOf(pca.aws))
    expect(count(pca.world, 'RevokeCertificate')).toBe(1)
  })
})

describe('acm-pca.revoke-certificate', () => {
  it('revokes once, and takes the refusal of a second request for an answer', async () => {
    const pca = await startPca()
    const { arn: caArn } = await activeAuthority(pca)
    const { serialHex } = await applied(
      issueCertificate,
      {
        caArn,
        csrPem: makeCsr(),
        template: 'EndEntityCertificate/V1',
        validity: { days: 1 },
        signingAlgorithm: 'SHA384WITHECDSA',
      },
      pca.aws,
    )
    const inputs = { caArn, serialHex, reason: 'SUPERSEDED' } as const
    expect(await revokeCertificate.check(inputs, fresh(pca.aws))).toMatchObject({ state: 'unknowable' })
    expect(await applied(revokeCertificate, inputs, pca.aws)).toEqual({ serialHex, revokedBefore: false })
    expect(await applied(revokeCertificate, inputs, pca.aws)).toEqual({ serialHex, revokedBefore: true })
    expect(count(pca.world, 'RevokeCertificate')).toBe(1)
  })
})
