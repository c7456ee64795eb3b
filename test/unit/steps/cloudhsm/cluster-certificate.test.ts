import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { initialize } from '../../../../steps/cloudhsm/initialize.ts'
import { requestCertificate } from '../../../../steps/cloudhsm/request-certificate.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'
import { prepareClusterCertificate } from '../../../../steps/x509/prepare-cluster-certificate.ts'
import { failure } from '../acm-pca/run-step.ts'
import { addKey } from '../pkcs11/keys.ts'
import { SandboxTokens } from '../pkcs11/sandbox-tokens.ts'
import { carryOut, inDays, preparedRoot, request, signed, type Prepared } from '../x509/token-hierarchy.ts'
import { judge } from '../x509/model/judge.ts'
import { makeAnchor, pem } from './hsm.ts'
import { done, found, seeded } from './stages.ts'

const tokens = new SandboxTokens()
const key = 'a1'
let token: Pkcs11Token
let anchor: string

beforeAll(async () => {
  token = await tokens.open('issuing')
  await addKey(token, { keyId: key, label: 'issuing', algorithm: 'rsa-2048' })
  anchor = await signed(token, key, await preparedRoot(token, key))
})
afterAll(() => tokens[Symbol.asyncDispose]())

describe('x509.prepare-cluster-certificate', () => {
  it('makes a certificate that a cluster is initialized with, and that OpenSSL takes for a server', async () => {
    const { stage, root } = await seeded({ state: 'UNINITIALIZED', hsms: 1 })
    const { csrPem: csr, csrSha256 } = await found(stage, requestCertificate, { clusterId: root.id })
    const wanted = { key, issuer: anchor, csr, expectCsrSha256: csrSha256, notAfter: inDays(3650) }
    const prepared = (await carryOut(prepareClusterCertificate, wanted, token)) as unknown as Prepared
    const certificatePem = await signed(token, key, prepared, { issuer: anchor, csr })
    const outputs = await done(stage, initialize, {
      clusterId: root.id,
      certificatePem,
      trustAnchorPem: anchor,
      csrSha256,
    })
    expect(outputs.state).toBe('INITIALIZED')
    const flags = ['-purpose', 'sslserver', '-CAfile', 'anchor', 'cluster']
    expect(judge('openssl', ['verify', ...flags], { anchor, cluster: certificatePem })).toMatchObject({ exitCode: 0 })
  })

  it('refuses another request than the one that was read on the other side', async () => {
    const wanted = { key, issuer: anchor, csr: await request(), expectCsrSha256: '0'.repeat(64), notAfter: inDays(90) }
    expect(await failure(carryOut(prepareClusterCertificate, wanted, token))).toMatchObject({ code: 'conflict' })
  })

  it('refuses a trust anchor of a kind that AWS CloudHSM does not document, unless it is allowed', async () => {
    await addKey(token, { keyId: 'e1', label: 'ec', algorithm: 'ec-p384' })
    const issuer = await signed(token, 'e1', await preparedRoot(token, 'e1'))
    const wanted = { key: 'e1', issuer, csr: await request(), notAfter: inDays(90) }
    expect(await failure(carryOut(prepareClusterCertificate, wanted, token))).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('has a key `ec-p384`, wanted `rsa-2048` or `rsa-4096`') as unknown,
    })
    const allowed = { ...wanted, trustAnchorKeys: ['ec-p384'] }
    expect(await carryOut(prepareClusterCertificate, allowed, token)).toHaveProperty('tbsSha256')
  })

  it('refuses a trust anchor that is not self-signed, and the key of another one', async () => {
    const other = pem(makeAnchor().certificate)
    const work = carryOut(
      prepareClusterCertificate,
      { key, issuer: other, csr: await request(), notAfter: inDays(90) },
      token,
    )
    expect(await failure(work)).toMatchObject({ code: 'conflict' })
    const tbs = (await carryOut(
      prepareClusterCertificate,
      { key, issuer: anchor, csr: await request(), notAfter: inDays(90) },
      token,
    )) as unknown as Prepared
    const leaf = await signed(token, key, tbs, { issuer: anchor })
    const below = carryOut(
      prepareClusterCertificate,
      { key, issuer: leaf, csr: await request(), notAfter: inDays(80) },
      token,
    )
    expect(await failure(below)).toMatchObject({ code: 'invalid' })
  })
})
