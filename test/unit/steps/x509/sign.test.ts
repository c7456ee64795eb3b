import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificate } from '../../../../steps/x509/model/certificate.ts'
import { tbsEquals } from '../../../../steps/x509/model/pre-issuance.ts'
import { sign } from '../../../../steps/x509/sign.ts'
import type { Pkcs11Token } from '../../../../steps/pkcs11/token/token.ts'
import { memoryArtifacts } from '../../../contract/contract-context.ts'
import { addKey, contextOf } from '../pkcs11/keys.ts'
import { SandboxTokens } from '../pkcs11/sandbox-tokens.ts'
import {
  inDays,
  type Prepared,
  preparedCrl,
  preparedRoot,
  preparedSubordinate,
  request,
  signed,
} from './token-hierarchy.ts'

const tokens = new SandboxTokens()
const effect = { effectId: '20261122-135012-k7m2q.abc234' }
let token: Pkcs11Token
let rootTbs: Prepared
let root: string

beforeAll(async () => {
  token = await tokens.open('root')
  await addKey(token, { keyId: 'e1', label: 'root' })
  await addKey(token, { keyId: 'e2', label: 'other' })
  rootTbs = await preparedRoot(token, 'e1')
  root = await signed(token, 'e1', rootTbs)
})
afterAll(() => tokens[Symbol.asyncDispose]())

function inputs(prepared: Prepared, changes: object = {}) {
  const { tbs, tbsSha256 } = prepared
  return { key: 'e1', kind: 'certificate', tbs, tbsSha256, ...changes } as const
}

describe('signing', () => {
  it('signs exactly the prepared bytes, and the same file stays over a resume', async () => {
    const artifacts = memoryArtifacts()
    const context = contextOf<'token'>(token, effect, { artifacts })
    await sign.apply(inputs(rootTbs), context)
    const first = await artifacts.read('contractStep.pem')
    await sign.apply(inputs(rootTbs), context) // ECDSA would give another signature
    expect(await artifacts.read('contractStep.pem')).toEqual(first)
    const { der } = parseCertificate(Buffer.from(first ?? []).toString())
    expect(tbsEquals(der, Buffer.from(rootTbs.tbs, 'base64'))).toBe(true)
    expect(await sign.check(inputs(rootTbs), context)).toMatchObject({ state: 'satisfied' })
  })

  it('tells approvers all that the bytes say, their digest, and what cannot be revoked', async () => {
    const text = await sign.describe?.(inputs(rootTbs))
    expect(text).toContain('subject:                C=US, O=Example Corp, CN=Example Root')
    expect(text).toContain(rootTbs.tbsSha256)
    expect(text).not.toContain('NOT REVOCABLE')
    const sub = inputs(await preparedSubordinate(token, 'e1', root), { issuer: root })
    expect(await sign.describe?.(sub)).toContain('NOT REVOCABLE by its issuer')
  })

  it('says that a stored file is another one', async () => {
    const artifacts = memoryArtifacts()
    await artifacts.create('contractStep.pem', Buffer.from(root))
    const other = inputs(await preparedRoot(token, 'e1'))
    const answer = await sign.check(other, contextOf<'token'>(token, effect, { artifacts }))
    expect(answer).toMatchObject({ state: 'conflict', differs: expect.stringContaining('e_tbs_not_as_approved') })
  })
})

describe('refuses to sign', () => {
  it.each([
    ['bytes of another digest', () => ({ tbsSha256: '0'.repeat(64) }), 'conflict', 'SHA-256 of the bytes'],
    ["a root for another key than the token's", () => ({ key: 'e2' }), 'conflict', 'the root to be signed has'],
    ['with a key that is not there', () => ({ key: 'dd' }), 'not-found', 'dd'],
    ['a certificate as a CRL', () => ({ kind: 'crl' }), 'invalid', 'are a certificate, wanted a crl'],
  ] as const)('%s', async (_, changes, code, message) => {
    const wanted = inputs(rootTbs, changes())
    const failure = { code, message: expect.stringContaining(message) }
    await expect(sign.check(wanted, contextOf<'token'>(token))).rejects.toMatchObject(failure)
    await expect(sign.apply(wanted, contextOf<'token'>(token, effect))).rejects.toMatchObject(failure)
  })

  it('a subordinate without its issuer, or under a foreign one', async () => {
    const prepared = await preparedSubordinate(token, 'e1', root)
    await expect(sign.check(inputs(prepared), contextOf<'token'>(token))).rejects.toThrow('`issuer` is not given')
    const foreign = await signed(token, 'e2', await preparedRoot(token, 'e2'))
    const wanted = inputs(prepared, { issuer: foreign })
    await expect(sign.check(wanted, contextOf<'token'>(token))).rejects.toMatchObject({ code: 'conflict' })
  })

  it('a certificate that answers another request', async () => {
    const prepared = await preparedSubordinate(token, 'e1', root)
    const wanted = inputs(prepared, { issuer: root, csr: await request() })
    const failed = sign.apply(wanted, contextOf<'token'>(token, effect))
    await expect(failed).rejects.toThrow('e_key_not_of_request')
  })
})

describe('preparing', () => {
  it('gives each preparation a serial number of its own', async () => {
    expect((await preparedRoot(token, 'e1')).serial).not.toBe(rootTbs.serial)
  })

  it.each([
    ['a subordinate that outlives its issuer', { notAfter: inDays(8000) }, 'would outlive its issuer'],
    ['one that begins before it', { notBefore: inDays(-30) }, 'would begin before its issuer'],
    ['revocation that nobody stated', { notRevocable: false }, 'neither `crlDistributionPoint` nor'],
    ['revocation stated twice', { crlDistributionPoint: 'http://a.example/b' }, 'contradict each other'],
    ['another subject than expected', { expectSubject: 'CN=Else' }, 'wanted `CN=Else`'],
    ['an end that is past', { notAfter: inDays(-1) }, 'is past'],
    ["another key than the issuer's", { key: 'e2' }, 'that of issuer'],
  ])('refuses %s', async (_, changes, message) => {
    await expect(preparedSubordinate(token, 'e1', root, changes)).rejects.toThrow(message)
  })

  it('refuses a CRL that ends before it begins', async () => {
    await expect(preparedCrl(token, 'e1', root, { thisUpdate: inDays(2), nextUpdate: inDays(1) })).rejects.toThrow(
      'is not after this update',
    )
  })

  it('refuses a root with an improper country', async () => {
    await expect(preparedRoot(token, 'e1', { subject: 'C=USA, CN=Root' })).rejects.toThrow('country `USA`')
  })
})
