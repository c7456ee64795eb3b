import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { certificatePem } from '../../../../steps/x509/model/certificate.ts'
import { basicConstraints, keyUsage } from '../../../../steps/x509/model/extension.ts'
import { parseName } from '../../../../steps/x509/model/name.ts'
import { anchored, createdCluster, makeAnchor, pem, refusal, sign, signedFor, startHsm, type Hsm } from './hsm.ts'

// Statements of hsm-pki.md section 1.3 on what a cluster is initialized with.

const dayMs = 24 * 60 * 60_000
const ca = basicConstraints({ ca: true })

async function initializing(
  hsm: Hsm,
  make: (csr: string) => { readonly SignedCert: string; readonly TrustAnchor: string },
): Promise<string | undefined> {
  const id = await createdCluster(hsm)
  await anchored(hsm, id)
  const { Clusters } = await hsm.client.describeClusters({ Filters: { clusterIds: [id] } })
  const csr = String(Clusters?.[0]?.Certificates?.ClusterCsr)
  return refusal(hsm.client.initializeCluster({ ClusterId: id, ...make(csr) }))
}

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength })
const by =
  (anchor = makeAnchor()) =>
  (csr: string) => ({ SignedCert: pem(signedFor(csr, anchor)), TrustAnchor: pem(anchor.certificate) })

describe('a trust anchor', () => {
  it('is taken with an RSA key of 2048 or 4096 bits, with and without extensions', async () => {
    const hsm = await startHsm()
    expect(await initializing(hsm, by())).toBeUndefined()
    expect(await initializing(hsm, by(makeAnchor({}, rsa(4096))))).toBeUndefined()
    expect(await initializing(hsm, by(makeAnchor({ version: 1, extensions: [] })))).toBeUndefined()
  })

  it.each([
    ['an RSA key of 3072 bits', () => by(makeAnchor({}, rsa(3072)))],
    ['an elliptic key', () => by(makeAnchor({}, generateKeyPairSync('ec', { namedCurve: 'P-384' })))],
    ['extensions and no basic constraints', () => by(makeAnchor({ extensions: [keyUsage(['keyCertSign'])] }))],
    ['key usage that contradicts', () => by(makeAnchor({ extensions: [ca, keyUsage(['digitalSignature'])] }))],
    [
      'basic constraints that contradict',
      () => by(makeAnchor({ extensions: [basicConstraints({ ca: false }), keyUsage(['keyCertSign'])] })),
    ],
    ['a validity that is over', () => by(makeAnchor({ notAfter: new Date(Date.now() - dayMs / 2) }))],
  ])('is refused with %s', async (_, made) => {
    expect(await initializing(await startHsm(), made())).toBe('CloudHsmInvalidRequestException')
  })

  it('is refused when it is not self-signed', async () => {
    const root = makeAnchor()
    const below = makeAnchor({}, rsa(2048))
    const { spki } = below.certificate
    const subject = parseName('CN=Below')
    const issued = { ...below, certificate: sign(root, { subject, publicKeySpki: spki, extensions: [ca] }) }
    expect(await initializing(await startHsm(), by(issued))).toBe('CloudHsmInvalidRequestException')
  })

  it('may be a chain, or have other keys, by a setting', async () => {
    const root = makeAnchor()
    const below = makeAnchor({}, generateKeyPairSync('ec', { namedCurve: 'P-384' }))
    const subject = parseName('CN=Below')
    const { spki } = below.certificate
    const issuer = { ...below, certificate: sign(root, { subject, publicKeySpki: spki, extensions: [ca] }) }
    const settings = { trustAnchorCertificates: 4, trustAnchorKeys: ['RSA 2048', 'EC P-384'] }
    const chain = (csr: string) => ({
      SignedCert: pem(signedFor(csr, issuer)),
      TrustAnchor: pem(issuer.certificate, root.certificate),
    })
    expect(await initializing(await startHsm({ settings }), chain)).toBeUndefined()
    expect(await initializing(await startHsm(), chain)).toBe('CloudHsmInvalidRequestException')
  })
})

describe('a cluster certificate', () => {
  it.each([
    [
      'signed by somebody else',
      (csr: string) => ({ ...by()(csr), TrustAnchor: pem(makeAnchor({}, rsa(2048)).certificate) }),
    ],
    [
      'for another key',
      () => {
        const anchor = makeAnchor()
        const publicKeySpki = rsa(2048).publicKey.export({ type: 'spki', format: 'der' })
        const certificate = sign(anchor, { subject: parseName('CN=HSM'), publicKeySpki })
        return { SignedCert: pem(certificate), TrustAnchor: pem(anchor.certificate) }
      },
    ],
    ['that is no certificate', (csr: string) => ({ ...by()(csr), SignedCert: 'bm90aGluZw==' })],
    [
      'with one bit changed',
      (csr: string) => {
        const anchor = makeAnchor()
        const { der } = signedFor(csr, anchor)
        const changed = Uint8Array.from(der, (byte, index) => (index === der.length - 9 ? byte ^ 1 : byte))
        return { SignedCert: certificatePem(changed), TrustAnchor: pem(anchor.certificate) }
      },
    ],
  ])('is refused %s', async (_, make) => {
    expect(await initializing(await startHsm(), make)).toBe('CloudHsmInvalidRequestException')
  })
})
