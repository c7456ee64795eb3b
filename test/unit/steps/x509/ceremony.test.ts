import { afterAll, beforeAll, expect, it } from 'vitest'
import { readCertificate } from '../../../../steps/x509/read-certificate.ts'
import { parseCertificateList } from '../../../../steps/x509/model/certificate-list.ts'
import { readCrl } from '../../../../steps/x509/read-crl.ts'
import { verifyChain } from '../../../../steps/x509/verify-chain.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'
import { addKey, contextOf } from '../pkcs11/keys.ts'
import { SandboxTokens } from '../pkcs11/sandbox-tokens.ts'
import { judge } from './model/judge.ts'
import { inDays, preparedCrl, preparedRoot, preparedSubordinate, request, signed } from './token-hierarchy.ts'

const tokens = new SandboxTokens()
let token: Pkcs11Token

beforeAll(async () => {
  token = await tokens.open('root')
})
afterAll(() => tokens[Symbol.asyncDispose]())

it.each(['ec-p384', 'rsa-4096'] as const)(
  'makes a hierarchy with a %s root that OpenSSL accepts strictly',
  async (algorithm) => {
    const key = algorithm === 'ec-p384' ? 'e1' : 'a1'
    await addKey(token, { keyId: key, label: algorithm, algorithm })
    const rootTbs = await preparedRoot(token, key)
    const root = await signed(token, key, rootTbs)
    const url = 'http://pki.example.com/root.crl'
    const subTbs = await preparedSubordinate(token, key, root, { notRevocable: false, crlDistributionPoint: url })
    const sub = await signed(token, key, subTbs, { issuer: root })
    const crl = await signed(token, key, await preparedCrl(token, key, root), { issuer: root, kind: 'crl' })

    const files = { root, sub, crl }
    const flags = ['-x509_strict', '-check_ss_sig', '-crl_check', '-CRLfile', 'crl', '-CAfile', 'root', 'sub']
    expect(judge('openssl', ['verify', ...flags], files)).toMatchObject({ exitCode: 0 })
    const printed = judge(
      'openssl',
      ['x509', '-in', 'root', '-noout', '-serial', '-subject', '-nameopt', 'RFC2253'],
      files,
    ).stdout
    expect(printed.toLowerCase()).toContain(`serial=${rootTbs.serial}`)

    const chain = await verifyChain.check(
      { certificate: sub, chain: [root], crls: [crl] },
      contextOf<undefined>(undefined),
    )
    expect(chain).toMatchObject({
      outputs: { subject: 'C=US, O=Example Corp, CN=Example Issuing CA', revocationChecked: true },
    })
    const read = await readCertificate.check({ certificate: sub }, contextOf<undefined>(undefined))
    expect(read).toMatchObject({ outputs: { ca: true, crlUrls: [url], serial: subTbs.serial } })
  },
)

it('revokes a certificate in the next CRL, and verification says so', async () => {
  const key = 'e2'
  await addKey(token, { keyId: key, label: 'revoking' })
  const root = await signed(token, key, await preparedRoot(token, key, { notBefore: inDays(-2) }))
  const subTbs = await preparedSubordinate(token, key, root, { notBefore: inDays(-1) })
  const sub = await signed(token, key, subTbs, { issuer: root })
  const first = await signed(token, key, await preparedCrl(token, key, root), { issuer: root, kind: 'crl' })
  const revoked = [{ serial: subTbs.serial, revokedAt: inDays(-0.5), reason: 'cessationOfOperation' }]
  const second = await preparedCrl(token, key, root, { number: 2, revoked, previous: first })
  const crl = await signed(token, key, second, { issuer: root, kind: 'crl' })

  const seen = await readCrl.check({ crl, issuer: root, revokes: [subTbs.serial] }, contextOf<undefined>(undefined))
  expect(seen).toMatchObject({ outputs: { number: '2', revoked: [subTbs.serial] } })
  const chain = { certificate: sub, chain: [root] }
  const verified = verifyChain.check({ ...chain, crls: [crl] }, contextOf<undefined>(undefined))
  await expect(verified).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('revoked at') })
  await expect(
    readCrl.check({ crl: first, issuer: root, revokes: [subTbs.serial] }, contextOf<undefined>(undefined)),
  ).rejects.toThrow(`does not revoke \`${subTbs.serial}\``)
  await expect(preparedCrl(token, key, root, { number: 2, previous: crl })).rejects.toThrow(
    'is not above that of the CRL before',
  )
  const third = await preparedCrl(token, key, root, { number: 3, previous: crl })
  const [kept] = parseCertificateList(await signed(token, key, third, { issuer: root, kind: 'crl' })).entries
  const [before] = parseCertificateList(crl).entries
  expect(kept).toEqual(before)
  const stranger = await signed(token, key, await preparedRoot(token, key, { subject: 'CN=Stranger' }))
  await expect(preparedCrl(token, key, stranger, { number: 3, previous: crl })).rejects.toThrow('the CRL before')
})

it('names every problem of a chain at once', async () => {
  const key = 'e3'
  await addKey(token, { keyId: key, label: 'chain' })
  const root = await signed(token, key, await preparedRoot(token, key))
  const sub = await signed(token, key, await preparedSubordinate(token, key, root), { issuer: root })
  const late = verifyChain.check(
    { certificate: sub, chain: [root], crls: [], at: inDays(9000) },
    contextOf<undefined>(undefined),
  )
  await expect(late).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/0 `C=US.*valid until.*; 0 .*no CRL.*; 1 .*valid until/),
  })
  const anchor = verifyChain.check(
    { certificate: sub, chain: [root], anchorSha256: '0'.repeat(64) },
    contextOf<undefined>(undefined),
  )
  await expect(anchor).rejects.toThrow('trust anchor')
})

it('makes a request that OpenSSL verifies', async () => {
  const csr = await request('CN=test.example.com')
  expect(judge('openssl', ['req', '-verify', '-noout', '-in', 'csr'], { csr })).toMatchObject({ exitCode: 0 })
})
