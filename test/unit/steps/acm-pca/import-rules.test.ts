import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bytesEqual } from '../../../../steps/x509/model/bytes.ts'
import {
  basicConstraints,
  crlDistributionPoints,
  keyUsage,
  type Extension,
} from '../../../../steps/x509/model/extension.ts'
import { extensionOids } from '../../../../steps/x509/model/oids.ts'
import { parseName } from '../../../../steps/x509/model/name.ts'
import { sequence } from '../../../../steps/x509/model/der.ts'
import { certificatePem, parseCertificate, type Certificate } from '../../../../steps/x509/model/certificate.ts'
import {
  blob,
  createdAuthority,
  makeIntermediate,
  makeRoot,
  refusal,
  type signCertificate,
  signedFor,
  spkiOf,
  startPca,
  type Pca,
} from './pca.ts'

const ca = basicConstraints({ ca: true })
const usage = keyUsage(['keyCertSign', 'cRLSign'])
const hourMs = 60 * 60_000

async function importOf(
  pca: Pca,
  arn: string,
  certificate: Uint8Array,
  chain?: Uint8Array,
): Promise<string | undefined> {
  return refusal(
    pca.client.importCertificateAuthorityCertificate({
      CertificateAuthorityArn: arn,
      Certificate: certificate,
      ...(chain === undefined ? {} : { CertificateChain: chain }),
    }),
  )
}

/** Tries one changed certificate under a good root. */
async function tried(
  changed: Parameters<typeof signCertificate>[1] extends infer F ? Partial<F> : never,
): Promise<string | undefined> {
  const pca = await startPca()
  const arn = await createdAuthority(pca)
  const root = makeRoot()
  const answer = await importOf(pca, arn, blob(await signedFor(pca, arn, root, changed)), blob(root.certificate))
  const imports = pca.world.effects.filter((each) => each.startsWith('Import'))
  expect(imports).toHaveLength(answer === undefined ? 1 : 0)
  return answer
}

describe('importing a certificate', () => {
  it('takes a good one', async () => {
    expect(await tried({})).toBeUndefined()
  })

  it.each<[string, readonly Extension[], string]>([
    ['without basic constraints', [usage], 'MalformedCertificateException'],
    ['with CA:FALSE', [basicConstraints({ ca: false }), usage], 'MalformedCertificateException'],
    [
      'with basic constraints that are not critical',
      [basicConstraints({ ca: true }, false)],
      'MalformedCertificateException',
    ],
    ['whose key usage has no certificate signing', [ca, keyUsage(['cRLSign'])], 'MalformedCertificateException'],
    [
      'with critical CRL distribution points',
      [ca, usage, { ...crlDistributionPoints(['http://example.com/a.crl']), critical: true }],
      'MalformedCertificateException',
    ],
    [
      'with critical policy constraints',
      [ca, usage, { oid: extensionOids.policyConstraints, critical: true, value: sequence() }],
      'MalformedCertificateException',
    ],
    [
      'with an unknown critical extension',
      [ca, { oid: '1.2.3.4', critical: true, value: sequence() }],
      'MalformedCertificateException',
    ],
  ])('refuses one %s', async (_name, extensions, errorClass) => {
    expect(await tried({ extensions })).toBe(errorClass)
  })

  it.each([
    ['critical extended key usage', extensionOids.extendedKeyUsage],
    ['critical name constraints', extensionOids.nameConstraints],
    ['critical inhibit any policy', extensionOids.inhibitAnyPolicy],
  ])('takes one with %s', async (_name, oid) => {
    expect(await tried({ extensions: [ca, usage, { oid, critical: true, value: sequence() }] })).toBeUndefined()
  })

  it('takes one with CRL distribution points that are not critical', async () => {
    expect(
      await tried({ extensions: [ca, usage, crlDistributionPoints(['http://example.com/a.crl'])] }),
    ).toBeUndefined()
  })

  it('refuses another subject than the CSR’s', async () => {
    expect(await tried({ subject: parseName('CN=Else') })).toBe('CertificateMismatchException')
  })

  it('refuses another key than the CSR’s', async () => {
    const publicKeySpki = spkiOf(createPublicKey(makeRoot().key))
    expect(await tried({ publicKeySpki })).toBe('CertificateMismatchException')
  })

  it('refuses one that outlives its root', async () => {
    expect(await tried({ notAfter: new Date(Date.now() + 40_000 * 24 * hourMs) })).toBe('CertificateMismatchException')
  })

  it('refuses one that is not valid yet, or no longer', async () => {
    const now = Date.now()
    expect(await tried({ notBefore: new Date(now + hourMs) })).toBe('CertificateMismatchException')
    expect(await tried({ notBefore: new Date(now - 2 * hourMs), notAfter: new Date(now - hourMs) })).toBe(
      'CertificateMismatchException',
    )
  })

  it('refuses a signature of another key', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    const [root, sameName] = [makeRoot(), makeRoot()]
    const signed = await signedFor(pca, arn, { key: sameName.key, certificate: root.certificate })
    expect(await importOf(pca, arn, blob(signed), blob(root.certificate))).toBe('CertificateMismatchException')
  })

  it('refuses to go without a chain', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    expect(await importOf(pca, arn, blob(await signedFor(pca, arn, makeRoot())))).toBe('InvalidRequestException')
  })

  it('refuses text around the certificate, and two certificates in its place', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    const root = makeRoot()
    const signed = await signedFor(pca, arn, root)
    const chain = blob(root.certificate)
    const noisy = Buffer.from(`subject: x\n${certificatePem(signed)}`)
    expect(await importOf(pca, arn, noisy, chain)).toBe('MalformedCertificateException')
    expect(await importOf(pca, arn, blob(signed, root.certificate), chain)).toBe('MalformedCertificateException')
    expect(await importOf(pca, arn, Buffer.from('no certificate'), chain)).toBe('MalformedCertificateException')
    expect(await importOf(pca, arn, blob(signed), Buffer.from('no chain'))).toBe('MalformedCertificateException')
  })

  it('refuses more than 32 KB before anything else', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    expect(await importOf(pca, arn, Buffer.alloc(32_769))).toBe('ValidationException')
  })

  describe('with an intermediate', () => {
    async function below(
      change: Parameters<typeof makeIntermediate>[1],
      rootChange: Parameters<typeof makeRoot>[0] = {},
    ) {
      const pca = await startPca()
      const arn = await createdAuthority(pca)
      const root = makeRoot(rootChange)
      const middle = makeIntermediate(root, change)
      const signed = await signedFor(pca, arn, middle)
      return { pca, arn, root, middle, signed, chain: [middle.certificate, root.certificate] as readonly Certificate[] }
    }

    it('takes the direct issuer first and the root last', async () => {
      const { pca, arn, signed, chain } = await below({})
      expect(await importOf(pca, arn, blob(signed), blob(...chain))).toBeUndefined()
      pca.world.pass(60_000)
      const found = await pca.client.getCertificateAuthorityCertificate({ CertificateAuthorityArn: arn })
      expect(bytesEqual(parseCertificate(String(found.Certificate)).der, signed.der)).toBe(true)
      expect(found.CertificateChain).toBe(
        blob(...chain)
          .toString()
          .trim(),
      )
    })

    it('refuses the other order, a chain without its root, and one with the CA itself', async () => {
      const { pca, arn, signed, chain } = await below({})
      const [middle] = chain
      expect(await importOf(pca, arn, blob(signed), blob(...chain.toReversed()))).toBe('CertificateMismatchException')
      if (middle === undefined) throw new Error('there is no chain')
      expect(await importOf(pca, arn, blob(signed), blob(middle))).toBe('CertificateMismatchException')
      expect(await importOf(pca, arn, blob(signed), blob(signed, ...chain))).toBe('CertificateMismatchException')
    })

    it('refuses an exceeded path length of the intermediate or of the root', async () => {
      const tight = await below({ extensions: [basicConstraints({ ca: true, pathLength: 0 })] })
      expect(await importOf(tight.pca, tight.arn, blob(tight.signed), blob(...tight.chain))).toBe(
        'CertificateMismatchException',
      )
      const tightRoot = await below({}, { extensions: [basicConstraints({ ca: true, pathLength: 1 })] })
      expect(await importOf(tightRoot.pca, tightRoot.arn, blob(tightRoot.signed), blob(...tightRoot.chain))).toBe(
        'CertificateMismatchException',
      )
      const fits = await below(
        { extensions: [basicConstraints({ ca: true, pathLength: 1 })] },
        { extensions: [basicConstraints({ ca: true, pathLength: 2 })] },
      )
      expect(await importOf(fits.pca, fits.arn, blob(fits.signed), blob(...fits.chain))).toBeUndefined()
    })

    it('refuses a chain certificate that is no CA, or of version 1', async () => {
      const leaf = await below({ extensions: [basicConstraints({ ca: false })] })
      expect(await importOf(leaf.pca, leaf.arn, blob(leaf.signed), blob(...leaf.chain))).toBe(
        'MalformedCertificateException',
      )
      const old = await below({}, { version: 1, extensions: [] })
      expect(await importOf(old.pca, old.arn, blob(old.signed), blob(...old.chain))).toBe(
        'MalformedCertificateException',
      )
    })
  })

  it('gives a root CA its own certificate, without a chain', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca, { CertificateAuthorityType: 'ROOT' })
    const { Csr } = await pca.client.getCertificateAuthorityCsr({ CertificateAuthorityArn: arn })
    const { CertificateArn } = await pca.client.issueCertificate({
      CertificateAuthorityArn: arn,
      Csr: Buffer.from(String(Csr)),
      SigningAlgorithm: 'SHA384WITHECDSA',
      TemplateArn: 'arn:aws:acm-pca:::template/RootCACertificate/V1',
      Validity: { Type: 'YEARS', Value: 10 },
    })
    pca.world.pass(60_000)
    const { Certificate } = await pca.client.getCertificate({ CertificateAuthorityArn: arn, CertificateArn })
    const own = Buffer.from(String(Certificate))
    expect(await importOf(pca, arn, own, own)).toBe('InvalidRequestException')
    expect(await importOf(pca, arn, own)).toBeUndefined()
    pca.world.pass(60_000)
    const { CertificateAuthority: found } = await pca.client.describeCertificateAuthority({
      CertificateAuthorityArn: arn,
    })
    expect(found?.Status).toBe('ACTIVE')
  })

  it('refuses a self-signed certificate for a subordinate CA', async () => {
    const pca = await startPca()
    const arn = await createdAuthority(pca)
    const root = makeRoot({}, 'C=US, O=Example Corp, CN=Example Issuing CA 1')
    expect(await importOf(pca, arn, blob(await signedFor(pca, arn, root)), blob(root.certificate))).toBe(
      'CertificateMismatchException',
    )
  })
})
